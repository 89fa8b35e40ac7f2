/**
 * The scripts that make shells ask `stagesweep completion -- WORDS` for every Tab. yargs has some of its own; those
 * offer options where a file belongs, --C for -C, the formats of other commands, and write errors into the prompt.
 */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** @param variable $SHELL, which is the login shell and hence only a guess */
export function guessShell(variable: string | undefined): Shell {
  const name = variable?.slice(variable.lastIndexOf('/') + 1);
  return shells.find((shell) => shell === name) ?? 'bash';
}

// bash cuts words at `=` (COMP_WORDBREAKS); `default` completes file names where nothing else is offered.
const bash = `# bash completion of stagesweep. In ~/.bashrc:  source <(stagesweep completion bash)
_stagesweep() {
  local cur=\${COMP_WORDS[COMP_CWORD]} IFS=$'\\n'
  [[ $cur == = ]] && cur=
  COMPREPLY=($(compgen -W "$("\${1/#\\~\\//$HOME/}" completion -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1)" -- "$cur"))
}
complete -o bashdefault -o default -F _stagesweep stagesweep
`;

// Serves as a file _stagesweep in $fpath, and to be sourced after compinit.
const zsh = `#compdef stagesweep
# zsh completion of stagesweep. In ~/.zshrc after compinit:  source <(stagesweep completion zsh)
_stagesweep() {
  local -a offers
  offers=("\${(@f)$("\${(Q)words[1]/#\\~\\//$HOME/}" completion -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ $words[CURRENT] == --*=* ]] && compset -P '*='
  offers=("\${(@)\${(@)offers:#}/$'\\t'/:}")
  local -a kind=()
  [[ $offers[1] == -* ]] && kind=(-o)
  (( \${#offers} )) && _describe $kind stagesweep offers || _files
}
if [[ $funcstack[1] == _stagesweep ]]; then _stagesweep "$@"; else compdef _stagesweep stagesweep; fi
`;

const fish = `# fish completion of stagesweep. In ~/.config/fish/completions/stagesweep.fish, or sourced
function __stagesweep_offers
    set -l typed (commandline -opc)
    $typed[1] completion -- $typed[2..-1] (commandline -ct) 2>/dev/null
end
complete -c stagesweep -a '(__stagesweep_offers)'
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
