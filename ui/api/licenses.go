package api

// licenses are those of the libraries that the program is made of, as SPDX names them.
var licenses = map[string]string{ //nolint:gochecknoglobals // a table
	"github.com/VictoriaMetrics/metrics": "MIT",
	"github.com/alecthomas/kong":         "MIT",
	"github.com/andybalholm/brotli":      "MIT",
	"github.com/clipperhouse/uax29/v2":   "MIT",
	"github.com/danielgtaylor/huma/v2":   "MIT",
	"github.com/expr-lang/expr":          "MIT",
	"github.com/goccy/go-yaml":           "MIT",
	"github.com/gofiber/fiber/v2":        "MIT",
	"github.com/golang-jwt/jwt/v5":       "MIT",
	"github.com/google/uuid":             "BSD-3-Clause",
	"github.com/jinzhu/inflection":       "MIT",
	"github.com/jinzhu/now":              "MIT",
	"github.com/klauspost/compress":      "BSD-3-Clause AND Apache-2.0",
	"github.com/mattn/go-colorable":      "MIT",
	"github.com/mattn/go-isatty":         "MIT",
	"github.com/mattn/go-runewidth":      "MIT",
	"github.com/mattn/go-sqlite3":        "MIT",
	"github.com/mfridman/interpolate":    "MIT",
	"github.com/pressly/goose/v3":        "MIT",
	"github.com/sethvargo/go-retry":      "Apache-2.0",
	"github.com/valyala/bytebufferpool":  "MIT",
	"github.com/valyala/fasthttp":        "MIT",
	"github.com/valyala/fastrand":        "MIT",
	"github.com/valyala/histogram":       "MIT",
	"github.com/wneessen/go-mail":        "MIT",
	"go.uber.org/multierr":               "MIT",
	"golang.org/x/crypto":                "BSD-3-Clause",
	"golang.org/x/sync":                  "BSD-3-Clause",
	"golang.org/x/sys":                   "BSD-3-Clause",
	"golang.org/x/text":                  "BSD-3-Clause",
	"golang.org/x/time":                  "BSD-3-Clause",
	"gorm.io/driver/sqlite":              "MIT",
	"gorm.io/gorm":                       "MIT",
}

// LicenseOf returns the license of a library by its module path; "" when it is not known.
func LicenseOf(module string) string { return licenses[module] }
