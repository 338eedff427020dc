# Completion for `compare` and `tool-compare` in bash 4 and later. Source it after bash-completion, if you use that:
#     source <(compare completions bash)
# Nothing that was typed is evaluated: the program gets the words as they are quoted and answers with words.

_compare_complete() {
    local name=compare line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} answer i
    local redirection='^[0-9&]*[<>][<>&|]*$'
    local -a words lines
    COMPREPLY=()
    [[ ${1##*/} == tool-compare ]] && name=tool-compare
    [[ -n $_compare_registered ]] || _compare_register
    if [[ ${COMP_WORDS[COMP_CWORD-1]} =~ $redirection ]]; then
        compopt -o default
        return
    fi
    # Bash splits words at `=` and `:` too: those that no blank separates are joined again, from the cursor backwards
    # and then forwards. The word under the cursor ends there.
    while [[ $line != *"$word" ]]; do word=${word%?}; done
    words=("$word")
    line=${line%"$word"}
    for ((i = COMP_CWORD - 1; i >= 0; i--)); do
        word=${COMP_WORDS[i]}
        if [[ $line == *[[:blank:]] ]]; then words=("$word" "${words[@]}"); else words[0]=$word${words[0]}; fi
        line=${line%"$word"*}
    done
    i=$((${#words[@]} - 1))
    line=${COMP_LINE:COMP_POINT}
    for word in "${COMP_WORDS[@]:COMP_CWORD+1}"; do
        if [[ ${line%%"$word"*} == *[[:blank:]]* ]]; then words+=("$word"); else words[${#words[@]} - 1]+=$word; fi
        line=${line#*"$word"}
    done
    answer=$(COMPARE_COMPLETE=bash COMPARE_COMPLETE_INDEX=$i command "$name" -- "$2" "${words[@]}" \
        2>/dev/null </dev/null) || return 0
    mapfile -t lines <<<"$answer"
    case ${lines[0]} in
        words*)
            # A value without a blank behind it may be typed on.
            [[ $answer == *$'\t\t'* ]] && compopt -o nospace
            COMPREPLY=("${lines[@]:1}")
            COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
            ;;
        files*) compopt -o default ;;
    esac
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
