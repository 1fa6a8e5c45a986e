# An answer in blocks: a line with the name and the size in bytes (LC_ALL=C) of each, then the blocks. lines.sh reads it (split_blocks).

# Declares the blocks; call it before `put`.
function blocks_are(names,    i) {
  block_count = split(names, block_name, " ")
  for (i = 1; i <= block_count; i++) is_block[block_name[i]] = 1
}

function put(block, line) {
  if (!(block in is_block)) {
    print "there is no block " block > "/dev/stderr"
    no_block = 1
    exit 1
  }
  block_line[block, ++block_lines[block]] = line
  block_size[block] += length(line) + 1
}

# Prints the answer; call it in END, which `exit` also reaches.
function print_blocks(    i, j) {
  if (no_block) exit 1
  for (i = 1; i <= block_count; i++) printf("%s %d%s", block_name[i], block_size[block_name[i]], (i < block_count ? " " : "\n"))
  for (i = 1; i <= block_count; i++) for (j = 1; j <= block_lines[block_name[i]]; j++) print block_line[block_name[i], j]
}
