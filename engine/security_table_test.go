package engine_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sources returns the text of all test files, and of the suites in packages of their
// own, by the name of their folder.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".."):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		folder := filepath.Base(filepath.Dir(path))
		name, suite := strings.CutSuffix(folder, "test")
		if !suite && !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		all[name] += string(text)
		return err
	})
	require.NoError(t, err)
	return all
}

func TestSecurityTable_NamesTestsThatExist(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("SECURITY.md")
	require.NoError(t, err)
	row := regexp.MustCompile(`(?m)^\| S(\d+) \| ([^|]+) \| (.+) \|$`)
	test := regexp.MustCompile("`([a-z]+)\\.((?:Test|Fuzz|Benchmark)\\w+)(?:/([^`]+))?`")
	later := regexp.MustCompile(`web UI|special providers|recipes`)
	rows := row.FindAllStringSubmatch(string(table), -1)
	require.Len(t, rows, 64)
	code := sources(t)
	for i, r := range rows {
		require.Equal(t, strconv.Itoa(i+1), r[1], "the rows are in order")
		require.LessOrEqual(t, len(strings.Fields(r[2])), 6, r[2])
		named := test.FindAllStringSubmatch(r[3], -1)
		require.True(t, len(named) > 0 || later.MatchString(r[3]), "nothing proves S%s", r[1])
		for _, n := range named {
			require.Contains(t, code[n[1]], "\nfunc "+n[2]+"(", "S%s: there is no %s.%s", r[1], n[1], n[2])
			if n[3] != "" {
				require.Contains(t, code[n[1]], `"`+n[3]+`"`, "S%s: %s.%s has no case of this name", r[1], n[1], n[2])
			}
		}
	}
}

// What is known to be unsafe below these versions is told in the release notes and
// advisories of each; govulncheck looks for the rest where it can.
func TestDependencies_AreNewEnough(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	for module, least := range map[string][3]int{
		"github.com/expr-lang/expr":   {1, 17, 8},
		"github.com/gofiber/fiber/v2": {2, 52, 15},
		"github.com/wneessen/go-mail": {0, 8, 1},
		"github.com/valyala/fasthttp": {1, 70, 0},
	} {
		found := regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(module) + ` v(\d+)\.(\d+)\.(\d+)`).FindStringSubmatch(string(text))
		require.NotNil(t, found, module)
		var have [3]int
		for i := range have {
			have[i], err = strconv.Atoi(found[i+1])
			require.NoError(t, err)
		}
		newer := have[0] > least[0] || have[0] == least[0] && (have[1] > least[1] || have[1] == least[1] && have[2] >= least[2])
		require.True(t, newer, "%s is %v and must be at least %v", module, have, least)
	}
}
