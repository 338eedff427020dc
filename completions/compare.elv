# Completion for `compare` and `tool-compare` in Elvish. `compare` alone is a builtin there, so the program is called
# `e:compare` or `tool-compare`. In rc.elv:
#     eval (e:compare completions elvish | slurp)
# Nothing that was typed is evaluated: the program gets the words and answers with words.

use str

fn answer {|name words|
  var index = (- (count $words) 1)
  try {
    env COMPARE_COMPLETE=elvish COMPARE_COMPLETE_INDEX=$index $name -- $@words </dev/null 2>/dev/null | from-lines
  } catch e {
    nop
  }
}

fn complete {|name words|
  var lines = [(answer $name $words)]
  if (== 0 (count $lines)) {
    return
  }
  var kind prefix = (str:split "\t" $lines[0])
  if (eq $kind words) {
    for line $lines[1..] {
      var value suffix help = (str:split "\t" $line)
      var display = $value
      if (not-eq $help '') {
        set display = $value'  '$help
      }
      edit:complex-candidate $value &code-suffix=$suffix &display=$display
    }
  } elif (eq $kind files) {
    edit:complete-filename (str:trim-prefix $words[-1] $prefix) | each {|file|
      edit:complex-candidate $prefix$file[stem] &code-suffix=$file[code-suffix] &display=$file[stem]
    }
  }
}

for name [compare tool-compare] {
  var complete-name = {|@words| complete $name $words }
  set edit:completion:arg-completer[$name] = $complete-name
  set edit:completion:arg-completer[e:$name] = $complete-name
}
