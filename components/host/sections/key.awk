# The key of a fact: two facts of one section with the same key exclude each
# other. The table of sections (sections.ts) says where the key is.
function key_of(section, fact,    kind, word, i, key) {
  kind = section_key[section]
  if (kind == "setting") return substr(fact, 1, index(fact, " = ") - 1)
  if (kind == "rule") return rule_key(fact)
  if (kind == "line") return fact
  split(fact, word, " ")
  key = word[1]
  for (i = 2; i <= kind + 0; i++) key = key " " word[i]
  return key
}
