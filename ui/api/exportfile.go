package api

import (
	"context"
	"net/http"
	"strings"

	"patchbay/engine"
)

// ExportAs says what file is wanted.
type ExportAs struct {
	Recipe   bool // to be passed on; otherwise configuration, to be applied
	Name     string
	Title    string
	Sentence string
}

// ExportedFile is a file to be kept or passed on.
type ExportedFile struct {
	File    string   `json:"file" doc:"What it may be called."`
	Text    string   `json:"text" doc:"YAML."`
	LeftOut []string `json:"leftOut" nullable:"false" doc:"What was left out: of a recipe what it asks for instead, of configuration the environment variables that stand for secrets."`
	Said    string   `json:"said" doc:"What was left out, in one sentence."`
}

func (m *mount) exportFileOperation() {
	add(m, operation{
		id: "exportFile", method: http.MethodGet, path: "/export/file", tag: "configuration", need: engine.RoleViewer,
		summary: "Rules, or everything, as a YAML file without secrets: to be applied, or as a recipe to be passed on",
	}, m.exportFile)
}

func (m *mount) exportFile(ctx context.Context, in *struct {
	Rules []string `query:"rule" doc:"Ids of rules, comma-separated: only these with what they need." maxItems:"200" nullable:"false"`
	As    string   `query:"as" enum:"configuration,recipe" default:"configuration"`
	Name  string   `query:"name" maxLength:"63" doc:"Of the recipe; the id of its first rule when left out."`
	Title string   `query:"title" maxLength:"60" doc:"Of the recipe; the names of its rules when left out."`
},
) (*plain[ExportedFile], error) {
	doc, err := m.Applier.Export(ctx, in.Rules)
	if err != nil {
		return nil, err
	}
	as := ExportAs{Recipe: in.As == "recipe", Name: in.Name, Title: in.Title}
	if as.Recipe && as.Name != "" && engine.CheckName("name", as.Name) != nil {
		p := asProblem(engine.Invalid("name", "A recipe is called by small letters, digits and -, such as big-order."))
		p.inQuery()
		return nil, p
	}
	if as.Recipe && len(doc.Rules) == 1 {
		as.Sentence = m.sentenceOf(doc)
	}
	file, err := m.WriteFile(doc, as)
	if err != nil {
		return nil, err
	}
	file.LeftOut = list(file.LeftOut)
	return answer(*file), nil
}

// sentenceOf tells the first rule of a configuration as text.
func (m *mount) sentenceOf(doc *engine.Document) string {
	var text strings.Builder
	for _, part := range m.sentences(doc)[0].Sentence {
		text.WriteString(part.Text)
	}
	return text.String()
}
