// Package recipes holds the recipes that come with Patchbay, a folder each, in the form
// that package patchbay/engine/recipe reads.
package recipes

import "embed"

// Files are the folders of the recipes.
//
//go:embed */recipe.yaml */*.http
var Files embed.FS
