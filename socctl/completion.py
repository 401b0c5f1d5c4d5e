"""Shell completion without starting Python: a script that knows our verbs and reads the file of live names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

SHELLS = ("bash", "zsh")

SCRIPT = r"""# socctl: completion for bash and zsh; written by `socctl --install-completion`
_socctl_names() {
  local data="${SOC_DATA:-__DATA__}" word
  for word in "${!COMP_WORDS[@]}"; do
    [[ "${COMP_WORDS[$word]}" == "--data" ]] && data="${COMP_WORDS[$((word + 1))]}"
  done
  local file="$data/run/names"
  if [[ -d "$data" && -z "$(find "$file" -mmin -1 2>/dev/null)" ]]; then
    (SOC_DATA="$data" socctl names --quiet >/dev/null 2>&1 &)
  fi
  [[ -r "$file" ]] && sed -n "s/^$1 //p" "$file"
}
_socctl() {
  local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" kind=""
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then COMPREPLY=($(compgen -W "__VERBS__" -- "$current")); return; fi
  case "$before" in
    --unit) kind=unit ;;
    --source) kind=source ;;
    --lang) COMPREPLY=($(compgen -W "vi en" -- "$current")); return ;;
    *) case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in
         "rules "*) [[ $COMP_CWORD -gt 2 ]] && kind=rule ;;
         "source "*) [[ $COMP_CWORD -gt 2 ]] && kind=source ;;
         "units "*) [[ $COMP_CWORD -gt 2 ]] && kind=unit ;;
         "search "*) kind=field ;;
       esac ;;
  esac
  if [[ -z "$kind" || "$current" == -* || "$current" == */* ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
  COMPREPLY=($(compgen -W "$(_socctl_names "$kind")" -- "$current"))
  if [[ "$kind" == field ]]; then COMPREPLY=("${COMPREPLY[@]/%/:}"); compopt -o nospace 2>/dev/null; fi
  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))
}
if [[ -n "$ZSH_VERSION" ]]; then autoload -Uz bashcompinit && bashcompinit; fi
complete -F _socctl socctl
"""


def script(verbs: Iterable[str], data: str) -> str:
    """The whole script. `data`: the data directory when SOC_DATA names none."""
    return SCRIPT.replace("__VERBS__", " ".join(verbs)).replace("__DATA__", data)


def install(shell: str, text: str, home: Path) -> tuple[Path, str]:
    """Writes the script where the shell looks for it; answers the path and what is still to do, '' for nothing."""
    if shell == "zsh":
        path = home / ".local" / "share" / "socctl" / "completion.sh"
        todo = f"add to ~/.zshrc: source {path}"
    else:
        path = home / ".local" / "share" / "bash-completion" / "completions" / "socctl"
        todo = ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path, todo


def shell_of(given: str) -> str:
    """The shell that is named, else the one of the account; bash when it is none of ours."""
    name = given or Path(os.environ.get("SHELL", "bash")).name
    return name if name in SHELLS else "bash"
