// Renders the chart as Helm does: Go's templates, sprig's functions, and Helm's own include, toYaml and nindent. Helm itself is
// not packaged by Debian; where it is installed, packaging/test/chart uses it.
//
// usage: render CHART VALUES.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "render:", err)
		os.Exit(1)
	}
}

func read(path string, into interface{}) {
	text, err := os.ReadFile(path)
	fail(err)
	fail(yaml.Unmarshal(text, into))
}

// merge puts the values of over into base, section by section.
func merge(base, over map[string]interface{}) {
	for key, value := range over {
		section, isSection := value.(map[string]interface{})
		below, hasSection := base[key].(map[string]interface{})
		if isSection && hasSection {
			merge(below, section)
		} else {
			base[key] = value
		}
	}
}

func main() {
	folder := os.Args[1]
	values, given, file := map[string]interface{}{}, map[string]interface{}{}, map[string]interface{}{}
	read(filepath.Join(folder, "values.yaml"), &values)
	text, err := os.ReadFile(os.Args[2])
	fail(err)
	fail(json.Unmarshal(text, &given))
	merge(values, given)
	read(filepath.Join(folder, "Chart.yaml"), &file)
	chart := map[string]interface{}{}
	for key, value := range file {
		chart[strings.ToUpper(key[:1])+key[1:]] = value
	}
	scope := map[string]interface{}{
		"Values":  values,
		"Chart":   chart,
		"Release": map[string]interface{}{"Name": "test", "Namespace": "chat", "Service": "Helm"},
	}

	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out strings.Builder
		err := all.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		out, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(out), "\n"), err
	}
	all.Funcs(functions)
	paths, err := filepath.Glob(filepath.Join(folder, "templates", "*"))
	fail(err)
	sort.Strings(paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		fail(err)
		_, err = all.New(filepath.Base(path)).Parse(string(text))
		fail(err)
	}
	for _, path := range paths {
		if filepath.Ext(path) != ".yaml" {
			continue
		}
		var out strings.Builder
		fail(all.ExecuteTemplate(&out, filepath.Base(path), scope))
		if strings.TrimSpace(out.String()) != "" {
			fmt.Printf("---\n# %s\n%s\n", filepath.Base(path), out.String())
		}
	}
}
