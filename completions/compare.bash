# Completion for `compare` and `tool-compare` in bash 4 and later. Source it after bash-completion, if you use that:
#     source <(compare completions bash)
# Nothing that was typed is evaluated: the program gets the line as it stands and answers with words.

_compare_complete() {
    local name=compare answer
    local -a lines
    COMPREPLY=()
    [[ ${1##*/} == tool-compare ]] && name=tool-compare
    [[ -n $_compare_registered ]] || _compare_register
    answer=$(COMPARE_COMPLETE=bash command "$name" -- \
        "${COMP_LINE:0:COMP_POINT}" "${COMP_LINE:COMP_POINT}" "$2" 2>/dev/null </dev/null) || return 0
    mapfile -t lines <<<"$answer"
    case ${lines[0]} in
        words) ;;
        partial) compopt -o nospace ;;
        files) compopt -o default ;;
        *) return 0 ;;
    esac
    ((${#lines[@]} > 1)) && COMPREPLY=("${lines[@]:1}")
    return 0
}

# bash-completion has an entry for ImageMagick's `compare` in the file of `convert`, and takes the name back whenever it
# loads that file. So it is loaded first, once, and the name is registered afterwards.
_compare_register() {
    if declare -F _comp_load; then
        _compare_registered=1
        _comp_load convert
    elif declare -F __load_completion; then
        _compare_registered=1
        __load_completion convert
    fi
    complete -o nosort -F _compare_complete compare tool-compare || complete -F _compare_complete compare tool-compare
} >/dev/null 2>&1

_compare_registered=
_compare_register
