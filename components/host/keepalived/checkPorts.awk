# The TCP ports to which keepalived's checks connect, each once, in the order of its configuration.
# Inputs: facts of [keepalived], one a line, with \n for line feeds.

BEGIN { FS = "\n" }

function add(port) {
  if (port ~ /^[0-9]+$/ && !seen[port]++) print port
}

{
  depth = 0
  kind = ""
  count = split($0, text, /\\n/)
  for (line = 1; line <= count; line++) {
    words = split(text[line], word, " ")
    if (words == 0 || word[1] ~ /^[!#]/) continue
    if (word[1] == "real_server") server = word[3] ~ /^[0-9]+$/ ? word[3] : 0
    else if (word[1] ~ /^(TCP_CHECK|HTTP_GET|SSL_GET|SMTP_CHECK)$/ && kind == "") {
      kind = word[1]
      inside = depth
      port = server
    }
    else if (kind != "" && word[1] == "connect_port") port = word[2]
    if (text[line] ~ /[{][\t ]*$/) depth++
    if (text[line] ~ /^[\t ]*[}]/) {
      depth--
      if (kind != "" && depth <= inside) {
        add(port)
        kind = ""
      }
    }
  }
}
