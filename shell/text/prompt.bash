# shellcheck shell=bash
# Puts [profile minutes] before the prompt of a shell that `sentinel exec` started. No process.
_sentinel_prompt() {
  local code=$? text='' end=${AWS_CREDENTIAL_EXPIRATION-} now='' y m d left
  if [[ -n ${AWS_SENTINEL-} ]]; then
    text=${AWS_SENTINEL//[!A-Za-z0-9._@+-]/?}
    if [[ $end == [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z ]]; then
      if (( BASH_VERSINFO[0] >= 5 )); then
        now=$EPOCHSECONDS
      elif (( BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 2 )); then
        printf -v now '%(%s)T' -1
      fi
      if [[ -z $now ]]; then
        text="$text until ${end:11:5}Z"
      else
        m=$(( (14 - 10#${end:5:2}) / 12 ))
        y=$(( 10#${end:0:4} + 4800 - m )) m=$(( 10#${end:5:2} + 12 * m - 3 ))
        d=$(( 10#${end:8:2} + (153 * m + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400 - 2472633 ))
        left=$(( d * 86400 + 10#${end:11:2} * 3600 + 10#${end:14:2} * 60 + 10#${end:17:2} - now ))
        if (( left > 0 )); then text="$text $(( left / 60 ))m"; else text="$text expired"; fi
      fi
    fi
    text="[$text] "
  fi
  PS1=$text${PS1#"${_sentinel_shown-}"}
  _sentinel_shown=$text
  return $code
}
if [[ -n ${AWS_SENTINEL-} && $- == *i* ]]; then
  case ${PROMPT_COMMAND-} in
    *_sentinel_prompt*) ;;
    *) PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}_sentinel_prompt ;;
  esac
fi
