# What is to come back after a boot, as the texts of the boot files. Input: SECTION <tab> FACT. Output: the sizes of four blocks in a
# line, then the blocks: modules, sysctl, the table's rules, addresses.

BEGIN {
  FS = "\t"
  split("modules sysctl ipvs addresses", section, " ")
}

{
  line = ($1 == "addresses" ? "address replace " : "") $2
  text[$1, ++lines[$1]] = line
  size[$1] += length(line) + 1
}

END {
  print size["modules"] + 0, size["sysctl"] + 0, size["ipvs"] + 0, size["addresses"] + 0
  for (b = 1; b <= 4; b++) for (i = 1; i <= lines[section[b]]; i++) print text[section[b], i]
}
