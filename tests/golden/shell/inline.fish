# Sentinel for fish, written by `sentinel shell init fish`. Do not edit.
# inputs: sha256:00
function sentinel-a.b --description 'sentinel exec with profile a.b'
    command sentinel exec --profile 'a.b' -- $argv
end
function sentinel-it-s-odd --description 'sentinel exec with profile it\'s odd'
    command sentinel exec --profile 'it\'s odd' -- $argv
end
function sentinel-prod --description 'sentinel exec with profile prod'
    command sentinel exec --profile 'prod' '--policy' 'ssm:/sentinel/policies/prod' -- $argv
end
set -g _sentinel_known 'prod'
function __sentinel_words
    set -l words (commandline -opc)
    printf '%s\n' $words[2..]
end
function __sentinel_next
    set -l words (__sentinel_words)
    test "$words" = "$argv"
end
function __sentinel_in
    set -l words (__sentinel_words)
    set -l n (count $argv)
    test (count $words) -ge $n; and test "$words[1..$n]" = "$argv"; and not contains -- -- $words
end
function __sentinel_profiles
    set -l config ~/.aws/config
    set -l credentials ~/.aws/credentials
    test -n "$AWS_CONFIG_FILE"; and set config $AWS_CONFIG_FILE
    test -n "$AWS_SHARED_CREDENTIALS_FILE"; and set credentials $AWS_SHARED_CREDENTIALS_FILE
    set -l home ~/.config/sentinel
    test -n "$XDG_CONFIG_HOME"; and set home $XDG_CONFIG_HOME/sentinel
    test -n "$SENTINEL_HOME"; and set home $SENTINEL_HOME
    set -l names $_sentinel_known
    if test -f $config -a -r $config
        set -a names (string match -rg '^\[(default|profile .*?)\]' <$config | string replace -r '^profile +' '')
    end
    if test -f $credentials -a -r $credentials
        set -a names (string match -rg '^\[(.*?)\]' <$credentials)
    end
    for file in $home/policies/*.yaml
        set -a names (string replace -r '^.*/(.*)\.yaml$' '$1' -- $file)
    end
    set -l shown
    for name in (string trim -- $names | string replace -r '^"(.*)"$|^\'(.*)\'$' '$1$2')
        contains -- $name $shown; or printf '%s\n' $name
        set -a shown $name
    end
end
function __sentinel_policies
    set -l word (commandline -ct | string replace -r '^--policy=' '')
    if string match -q 'file:*' -- $word
        printf 'file:%s\n' (__fish_complete_path (string replace -r '^file:' '' -- $word) | string replace -r '\t.*' '')
    else
        printf '%s\n' file: ssm:/
        __fish_complete_path $word
    end
end
function __sentinel_wrapped
    set -l words (commandline -opc)
    set -l valued $argv[2..]
    set -e words[1..(math $argv[1] + 1)]
    if set -q argv[2]
        while set -q words[1]
            set -l word $words[1]
            switch $word
                case --
                    set -e words[1]
                    break
                case '-*'
                    set -e words[1]
                    # A flag whose value is being typed: the flag's own rule answers.
                    if contains -- $word $valued
                        set -q words[1]; or return 0
                        set -e words[1]
                    end
                case '*'
                    break
            end
        end
    end
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end
function __sentinel_begun
    set -l words (__sentinel_words)
    set -l n (count $argv)
    test (count $words) -ge $n; and test "$words[1..$n]" = "$argv"
end
complete -c sentinel -e
complete -c sentinel -f
complete -c sentinel -n '__sentinel_next' -s h -l help -d 'Say what it does'
complete -c sentinel -n '__sentinel_next' -a 'exec' -d 'Decide, and run: one program'
complete -c sentinel -n '__sentinel_next' -a 'policy' -d 'Policy as code: check it, ask it why'
complete -c sentinel -n '__sentinel_next' -a 'completion' -d 'Completions [of \'sentinel\']'
complete -c sentinel -n '__sentinel_next policy' -s h -l help -d 'Say what it does'
complete -c sentinel -n '__sentinel_next policy' -a 'explain' -d 'What policy says'
complete -c sentinel -n '__sentinel_next policy' -a 'validate' -d 'Check files'
complete -c sentinel -n '__sentinel_in exec' -s p -l profile -x -a '(__sentinel_profiles)' -d 'Target [profile]'
complete -c sentinel -n '__sentinel_in exec' -l policy -x -a '(__sentinel_policies)' -d 'Policy: file:PATH'
complete -c sentinel -n '__sentinel_in exec' -l duration -x -d 'Length, it\'s 15m'
complete -c sentinel -n '__sentinel_in exec' -l quiet -d 'No notes'
complete -c sentinel -n '__sentinel_begun exec' -x -a '(__sentinel_wrapped 1 --profile -p --policy --duration)'
complete -c sentinel -n '__sentinel_in policy explain' -a '(__sentinel_profiles)'
complete -c sentinel -n '__sentinel_in policy validate' -l format -x -a 'json yaml' -d 'Form'
complete -c sentinel -n '__sentinel_in policy validate' -F
complete -c sentinel -n '__sentinel_in completion' -a 'zsh bash fish'
complete -c sentinel-a.b -e
complete -c sentinel-a.b -x -a '(__sentinel_wrapped 0)'
complete -c sentinel-it-s-odd -e
complete -c sentinel-it-s-odd -x -a '(__sentinel_wrapped 0)'
complete -c sentinel-prod -e
complete -c sentinel-prod -x -a '(__sentinel_wrapped 0)'
function _sentinel_segment
    set -q AWS_SENTINEL; or return 0
    set -l text (string replace -ra '[^A-Za-z0-9._@+-]' '?' -- "$AWS_SENTINEL")
    set -l end (string match -rg '^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$' -- "$AWS_CREDENTIAL_EXPIRATION")
    if test (count $end) -eq 6
        # fish has no clock of its own: a file's time and its age make one (3.6 and later).
        set -l then (path mtime / 2>/dev/null)
        set -l age (path mtime -R / 2>/dev/null)
        if test -n "$then" -a -n "$age"
            set -l a (math "floor((14 - $end[2]) / 12)")
            set -l y (math "$end[1] + 4800 - $a")
            set -l m (math "$end[2] + 12 * $a - 3")
            set -l d (math "$end[3] + floor((153 * $m + 2) / 5) + 365 * $y + floor($y / 4) - floor($y / 100) + floor($y / 400) - 2472633")
            set -l left (math "$d * 86400 + $end[4] * 3600 + $end[5] * 60 + $end[6] - $then - $age")
            if test $left -gt 0
                set text "$text "(math "floor($left / 60)")m
            else
                set text "$text expired"
            end
        else
            set text "$text until $end[4]:$end[5]Z"
        end
    end
    echo -n "[$text] "
end
function _sentinel_status
    return $argv[1]
end
if set -q AWS_SENTINEL; and status is-interactive; and not functions -q _sentinel_own
    functions -q fish_prompt; or function fish_prompt; end
    functions -c fish_prompt _sentinel_own
    function fish_prompt
        set -l code $status
        _sentinel_segment
        _sentinel_status $code
        _sentinel_own
    end
end
