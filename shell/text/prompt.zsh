# Puts [profile minutes] before the prompt of a shell that `sentinel exec` started. No process.
local code=$?
emulate -L zsh
local text= end=${AWS_CREDENTIAL_EXPIRATION-}
local -i y m d left
if [[ -n ${AWS_SENTINEL-} ]]; then
  text=${AWS_SENTINEL//[^A-Za-z0-9._@+-]/?}
  if [[ $end == <->-<->-<->T<->:<->:<->Z && $#end == 20 ]] && zmodload zsh/datetime 2> /dev/null; then
    (( m = (14 - 10#${end[6,7]}) / 12, y = 10#${end[1,4]} + 4800 - m ))
    (( m = 10#${end[6,7]} + 12 * m - 3 ))
    (( d = 10#${end[9,10]} + (153 * m + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400 - 2472633 ))
    (( left = d * 86400 + 10#${end[12,13]} * 3600 + 10#${end[15,16]} * 60 + 10#${end[18,19]} - EPOCHSECONDS ))
    if (( left > 0 )); then text="$text $(( left / 60 ))m"; else text="$text expired"; fi
  fi
  text="[$text] "
fi
PROMPT=$text${PROMPT#"${_sentinel_shown-}"}
typeset -g _sentinel_shown=$text
return $code
