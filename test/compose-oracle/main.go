// Resolves Compose projects with the library that Docker Compose uses, so that tests can compare.
//
// In: a JSON list of {"dir", "files", "environment"}. Out: a list of {"project"} or {"error"} in the same order.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/sirupsen/logrus"
)

type request struct {
	Dir         string            `json:"dir"`
	Files       []string          `json:"files"`
	Environment map[string]string `json:"environment"`
}

type answer struct {
	Project json.RawMessage `json:"project,omitempty"`
	Error   string          `json:"error,omitempty"`
}

func main() {
	logrus.SetOutput(os.Stderr)
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]answer, 0, len(requests))
	for _, one := range requests {
		answers = append(answers, resolve(one))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func resolve(one request) (result answer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = answer{Error: fmt.Sprint("panic: ", problem)}
		}
	}()
	environment := []string{}
	for name, value := range one.Environment {
		environment = append(environment, name+"="+value)
	}
	options, err := cli.NewProjectOptions(
		one.Files,
		cli.WithWorkingDirectory(one.Dir),
		cli.WithName("project"),
		cli.WithEnv(environment),
		cli.WithEnvFiles(),
		cli.WithDotEnv,
		cli.WithProfiles([]string{"*"}),
		cli.WithResolvedPaths(true),
	)
	if err != nil {
		return answer{Error: err.Error()}
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return answer{Error: err.Error()}
	}
	text, err := project.MarshalJSON()
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Project: text}
}
