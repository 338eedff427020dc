# Completion for `compare` and `tool-compare` in fish. Put it into ~/.config/fish/completions/ as compare.fish (there it
# stands in front of fish's own file for ImageMagick's `compare`) and as tool-compare.fish; do not source it.
# Nothing that was typed is evaluated: the program gets the words and answers with words.

function __compare_complete --argument-names name
    set -l before (commandline --current-process --tokenize --cut-at-cursor)
    set -l typed (commandline --current-token --cut-at-cursor)
    # The token stands as it was typed; an open quote is closed to read it.
    set -l current (string unescape -- $typed; or string unescape -- $typed'"'; or string unescape -- $typed"'")
    set -q current[1]; or set current $typed
    set -l answer (COMPARE_COMPLETE=fish COMPARE_COMPLETE_INDEX=(count $before) command $name -- \
        $before "$current" 2>/dev/null </dev/null)
    set -l head (string split -- \t $answer[1])
    switch "$head[1]"
        case words
            # Fish knows itself where a word may be typed on.
            string replace --regex '\t ?\t' \t -- $answer[2..-1]
        case files
            set -l start (math (string length -- "$head[2]") + 1)
            set -l path (string sub --start $start -- "$current")
            # A `~` or a variable in front that fish would expand is looked up, and offered as it was typed.
            set -l lead
            set -l folder
            if set -l match (string match --regex '^(~|"?\$(\w+))/' -- (string sub --start $start -- "$typed"))
                set lead (string trim --left --chars '"' -- $match[2])
                set folder $HOME
                if set -q match[3]
                    set -l variable $match[3]
                    set folder "$$variable"
                end
                set path (string replace -- "$lead" "" "$path")
            end
            set -l skip (math (string length -- "$folder") + 1)
            printf '%s\n' "$head[2]$lead"(__fish_complete_path "$folder$path" | string sub --start $skip)
    end
end

for name in compare tool-compare
    complete --command $name --erase
    complete --command $name --no-files --keep-order --arguments "(__compare_complete $name)"
end
