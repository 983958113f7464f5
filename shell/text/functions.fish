# Tells [profile minutes] of a shell that `sentinel exec` started. No process.
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

# The words that stand before the cursor, after `sentinel`.
function __sentinel_words
    set -l words (commandline -opc)
    printf '%s\n' $words[2..]
end

# True when exactly these words stand before the cursor: the next one is asked for.
function __sentinel_next
    set -l words (__sentinel_words)
    test "$words" = "$argv"
end

# True inside this command, before a `--`.
function __sentinel_in
    set -l words (__sentinel_words)
    set -l n (count $argv)
    test (count $words) -ge $n; and test "$words[1..$n]" = "$argv"; and not contains -- -- $words
end

# The profiles of the AWS files and of policies on disk. No process.
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

# Where a policy can come from: a file, by its path or with file:, or a parameter.
function __sentinel_policies
    set -l word (commandline -ct | string replace -r '^--policy=' '')
    if string match -q 'file:*' -- $word
        printf 'file:%s\n' (__fish_complete_path (string replace -r '^file:' '' -- $word) | string replace -r '\t.*' '')
    else
        printf '%s\n' file: ssm:/
        __fish_complete_path $word
    end
end

# Completes as the wrapped command does by itself. First the number of words before it, then the flags
# that take a value.
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

# True inside this command, also after a `--`.
function __sentinel_begun
    set -l words (__sentinel_words)
    set -l n (count $argv)
    test (count $words) -ge $n; and test "$words[1..$n]" = "$argv"
end
