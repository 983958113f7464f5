# The profiles of the AWS files and of policies on disk. No process.
_sentinel_profiles() {
  local config=${AWS_CONFIG_FILE:-$HOME/.aws/config} file line expl
  local credentials=${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}
  local home=${SENTINEL_HOME:-${XDG_CONFIG_HOME:-$HOME/.config}/sentinel}
  local -aU names=($_sentinel_known)
  for file in $config $credentials; do
    [[ -f $file && -r $file ]] || continue
    for line in ${(M)${(f)"$(<$file)"}:#\[*\]*}; do
      line=${${line#\[}%%\]*}
      case $line in
        'profile '*) line=${line#profile } ;;
        default) ;;
        *) [[ $file == $config ]] && continue ;;
      esac
      line=${${line##[[:blank:]]#}%%[[:blank:]]#}
      case $line in \"*\"|\'*\') line=${line[2,-2]} ;; esac
      [[ -n $line ]] && names+=("$line")
    done
  done
  names+=($home/policies/*.yaml(N:t:r))
  _wanted profiles expl profile compadd -a names
}

# Where a policy can come from: a file, by its path or with file:, or a parameter.
_sentinel_policies() {
  local expl
  if compset -P 'file:'; then
    _files
  elif compset -P 'ssm:'; then
    _message 'name of a parameter, /sentinel/policies/…'
  else
    _alternative 'kinds:kind of source:compadd -S "" file\: ssm\:/' 'files:policy file:_files'
  fi
}

# A profile's function: its words are another command's.
_sentinel() {
  case ${service-} in
    sentinel-*)
      shift words
      (( CURRENT-- ))
      _normal -p $service
      ;;
    *) _sentinel_do ;;
  esac
}

