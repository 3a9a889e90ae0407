# Completion of ikewatch(1) for fish.

set -l commands run explain check rules doctor status silence
set -l in_rules '__fish_seen_subcommand_from rules; and not __fish_seen_subcommand_from list test try'

complete -c ikewatch -f
complete -c ikewatch -s h -l help -d 'show help'
complete -c ikewatch -l version -d 'show the version'

complete -c ikewatch -n "not __fish_seen_subcommand_from $commands" -a run -d 'the daemon: reads live logs, serves metrics and status'
complete -c ikewatch -n "not __fish_seen_subcommand_from $commands" -a explain -d 'read logs and say what happened to each tunnel, and why'
complete -c ikewatch -n "not __fish_seen_subcommand_from $commands" -a check -d 'check configuration and rule packs'
complete -c ikewatch -n "not __fish_seen_subcommand_from $commands" -a rules -d 'list, prove and try rules'
complete -c ikewatch -n "not __fish_seen_subcommand_from $commands" -a doctor -d 'look at the racoon installation of this host'
complete -c ikewatch -n "not __fish_seen_subcommand_from $commands" -a status -d 'ask the daemon how the tunnels are, and why'
complete -c ikewatch -n "not __fish_seen_subcommand_from $commands" -a silence -d 'tell nobody of the alerts of a tunnel for a while'

complete -c ikewatch -n '__fish_seen_subcommand_from run' -l config -r -F -d 'configuration file'
complete -c ikewatch -n '__fish_seen_subcommand_from run' -l log-level -x -a 'error warning notice info debug' -d 'what is less urgent is not told'

complete -c ikewatch -n '__fish_seen_subcommand_from explain' -F
complete -c ikewatch -n '__fish_seen_subcommand_from explain' -l format -x -a 'text json events' -d 'how to print'
complete -c ikewatch -n '__fish_seen_subcommand_from explain' -l gateway -x -d 'whose log it is, where the lines do not say'
complete -c ikewatch -n '__fish_seen_subcommand_from explain' -l dialect -x -a 'racoon cisco-ios cisco-asa' -d 'read lines of this dialect only'
complete -c ikewatch -n '__fish_seen_subcommand_from explain' -l config -r -F -d 'names of gateways and tunnels, rule packs'
complete -c ikewatch -n '__fish_seen_subcommand_from explain' -l timeline -x -a all -d 'every entry instead of the last ones'
complete -c ikewatch -n '__fish_seen_subcommand_from explain' -l history -x -d 'what the daemon kept of this tunnel'
complete -c ikewatch -n '__fish_seen_subcommand_from explain' -l state -x -a '(__fish_complete_directories)' -d 'where the daemon keeps its state'

complete -c ikewatch -n '__fish_seen_subcommand_from check' -l config -r -F -d 'configuration file'
complete -c ikewatch -n '__fish_seen_subcommand_from check' -l schema -x -a 'config rules' -d 'print a JSON Schema'

complete -c ikewatch -n '__fish_seen_subcommand_from status' -l format -x -a 'text json' -d 'how to print'
complete -c ikewatch -n '__fish_seen_subcommand_from status' -l json -d 'the same as --format json'
complete -c ikewatch -n '__fish_seen_subcommand_from status' -l watch -d 'show every change'
complete -c ikewatch -n '__fish_seen_subcommand_from status' -l history -d 'everything that was kept of the tunnel'

complete -c ikewatch -n '__fish_seen_subcommand_from silence' -l why -x -d 'what for; others see it'
complete -c ikewatch -n '__fish_seen_subcommand_from silence' -l list -d 'the silences that are in force'
complete -c ikewatch -n '__fish_seen_subcommand_from silence' -l json -d 'the list as JSON'
complete -c ikewatch -n '__fish_seen_subcommand_from silence' -l end -x -d 'end the silence with this id'

complete -c ikewatch -n $in_rules -l packs -r -F -d 'packs of your own'
complete -c ikewatch -n $in_rules -a list -d 'every rule: id, event, meaning'
complete -c ikewatch -n $in_rules -a test -d 'run the examples of the packs through the matcher'
complete -c ikewatch -n $in_rules -a try -d 'say what one line means'
complete -c ikewatch -n '__fish_seen_subcommand_from rules; and __fish_seen_subcommand_from list' -l dialect -x -a 'racoon cisco-ios cisco-asa' -d 'of this dialect only'
complete -c ikewatch -n '__fish_seen_subcommand_from rules; and __fish_seen_subcommand_from list' -l format -x -a 'text json markdown' -d 'how to print'

complete -c ikewatch -n '__fish_seen_subcommand_from doctor' -l root -x -a '(__fish_complete_directories)' -d 'the installation lies below this directory'
complete -c ikewatch -n '__fish_seen_subcommand_from doctor' -l racoon-conf -r -F -d 'its racoon.conf, a path below the root'
complete -c ikewatch -n '__fish_seen_subcommand_from doctor' -l policies -r -F -d 'output of ip xfrm policy or setkey -DP'
complete -c ikewatch -n '__fish_seen_subcommand_from doctor' -l format -x -a 'text json' -d 'how to print'
