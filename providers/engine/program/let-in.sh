# What the host's firewalls do with what comes to a port of ours.

# need_let_in PROTOCOL ADDRESS PORT INTERFACE: prints whose rules drop what comes there by that interface: ufw, firewalld,
# iptables, or FAMILY/TABLE/CHAIN of nft.
need_let_in() {
  found=
  for chain in $({ rules_of_nft; rules_of_iptables; } | shut "$@"); do
    case $chain in
      ip/filter/INPUT) chain=iptables; ! grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf || chain=ufw ;;
      inet/firewalld/*) chain=firewalld ;;
    esac
    case " $found" in *" $chain "*) ;; *) found="$found$chain " ;; esac
  done
  echo "$found"
  [ -z "$found" ]
}

# Lines `TABLE CHAIN RULE`, and `TABLE CHAIN base drop|accept` of chains that all goes through which comes to this host. A
# map of verdicts is a rule for each of its elements.
rules_of_nft() {
  command -v nft >/dev/null || return 0
  nft list ruleset 2>/dev/null | awk '
    $1 == "table" { table = $2 "/" $3; others = $2 ~ /^(ip|inet)$/ && $3 !~ /^tsproxy/; next }
    $1 == "chain" { chain = others ? $2 : ""; next }
    $1 == "}" { chain = ""; next }
    chain == "" { next }
    / hook input / { print table, chain, "base", (/policy drop/ ? "drop" : "accept"); next }
    $1 == "type" { next }
    { sub(/^[ \t]+/, ""); gsub(/counter packets [0-9]+ bytes [0-9]+ /, "") }
    match($0, / vmap [{] /) {
      count = split(substr($0, RSTART + 8), elements, /, | }/)
      for (n = 1; n <= count; n++) if (sub(/ : /, " ", elements[n])) print table, chain, substr($0, 1, RSTART), elements[n]
      next
    }
    { print table, chain, $0 }'
}

# Also of hosts whose iptables is not nft, or that have no nft yet.
rules_of_iptables() {
  command -v iptables >/dev/null || return 0
  iptables -S 2>/dev/null | awk '
    $1 == "-P" && $2 == "INPUT" { print "ip/filter INPUT base", tolower($3) }
    $1 == "-A" { chain = $2; sub(/^-A [^ ]+ /, ""); print "ip/filter", chain, $0 }'
}

# shut PROTOCOL ADDRESS PORT INTERFACE: of the chains in such lines those that drop by their policy or by a last rule without
# a condition, unless a rule of theirs, or of a chain to which they lead, lets in what comes there. What such a rule
# asks of other things (marks, sets, limits) is taken for met.
shut() {
  awk -v protocol="$1" -v address="$2" -v port="$3" -v interface="$4" '
    BEGIN { clients = substr(address, 1, index(address, ".")) } # most probably
    $3 == "base" && NF == 4 { drops[$1 " " $2] = $4 == "drop"; next }
    { place = $1 " " $2; rule = $0; sub(/^[^ ]+ [^ ]+ /, "", rule); rules[place, ++count[place]] = rule " " }

    function lets_in(base, place,   n, rule, rest) {
      if ((base, place) in asked) return 0
      asked[base, place]
      for (n = 1; n <= count[place]; n++) {
        rule = rest = rules[place, n]
        if (!fits(rule)) continue
        if (tolower(rule) ~ / accept |^accept /) return 1
        if (match(rest, /(jump|goto|-j|-g) [^ ]+/) && lets_in(base, substr(place, 1, index(place, " ")) word(substr(rest, RSTART, RLENGTH), 2))) return 1
      }
      return 0
    }
    function word(text, n,   words) { split(text, words, " "); return words[n] }
    function fits(rule,   other) {
      other = protocol == "tcp" ? "udp" : "tcp"
      if (rule ~ /icmp|igmp|sport|ip6 |ct status|multicast|broadcast|MULTICAST|BROADCAST/) return 0
      if (rule ~ /ct state |--ctstate |--state / && rule !~ /new|NEW/) return 0
      if (rule ~ ("(^| )" other " (dport|flags)|(-p|l4proto|protocol) " other " ")) return 0
      return among(rule, "(iifname|iif|-i) ", interface) && among(rule, "ip saddr |-s ", clients) && among(rule, "ip daddr |-d ", address) && among(rule, "dport |dports ", port)
    }
    # Whether what the rule asks of `key` includes the value; it does where the rule does not ask.
    function among(rule, key, value,   asked_for, negated) {
      if (!match(rule, "(^| |! )(" key ")")) return 1
      negated = substr(rule, RSTART, 2) == "! "
      asked_for = substr(rule, RSTART + RLENGTH)
      if (sub(/^!= /, "", asked_for)) negated = 1
      if (asked_for ~ /^@/) return 1
      asked_for = asked_for ~ /^[{]/ ? substr(asked_for, 2, index(asked_for, "}") - 2) : word(asked_for, 1)
      gsub(/"/, "", asked_for)
      return holds(asked_for, value) != negated
    }
    function holds(list, value,   n, parts, ends, count) {
      count = split(list, parts, /[ ,]+/)
      for (n = 1; n <= count; n++) {
        if (parts[n] == value || parts[n] ~ /^(0\.0\.0\.0\/0|100\.64\.0\.0\/10)$/) return 1
        if (value ~ /\.$/ && index(parts[n], value) == 1) return 1
        if (sub(/\/32$/, "", parts[n]) && parts[n] == value) return 1
        if (sub(/[*+]$/, "", parts[n]) && index(value, parts[n]) == 1) return 1
        if (split(parts[n], ends, /[:-]/) == 2 && ends[1] + 0 <= value + 0 && value + 0 <= ends[2] + 0) return 1
      }
      return 0
    }
    END {
      for (place in count) if (rules[place, count[place]] ~ /^(-j )?(drop|reject|DROP|REJECT) / && place in drops) drops[place] = 1
      for (place in drops) if (drops[place] && !lets_in(place, place)) { sub(/ /, "/", place); print place }
    }'
}
