// clients: the AWS SDK for Go v2 told by the AWS config alone; one line of JSON a call.
//
// Arguments: profile, calls, milliseconds between calls.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

type line struct {
	At    int64  `json:"at"`
	Took  int64  `json:"took"`
	Arn   string `json:"arn,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	profile := os.Args[1]
	calls, _ := strconv.Atoi(os.Args[2])
	pause, _ := strconv.Atoi(os.Args[3])
	ctx := context.Background()
	options := []func(*config.LoadOptions) error{}
	if profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	settings, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		say(time.Now(), "", err)
		os.Exit(1)
	}
	client := sts.NewFromConfig(settings)
	code := 0
	for i := 0; i < calls; i++ {
		if i > 0 {
			time.Sleep(time.Duration(pause) * time.Millisecond)
		}
		began := time.Now()
		answer, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			say(began, "", err)
			code = 1
			continue
		}
		say(began, *answer.Arn, nil)
	}
	os.Exit(code)
}

func say(began time.Time, arn string, err error) {
	said := line{At: began.UnixMilli(), Took: time.Since(began).Milliseconds(), Arn: arn}
	if err != nil {
		said.Error = err.Error()
	}
	text, _ := json.Marshal(said)
	fmt.Println(string(text))
}
