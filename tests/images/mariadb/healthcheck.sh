#!/bin/bash
# The two tests of the official image's script that a health check is made of: --connect and --innodb_initialized.
ask() { mariadb --protocol=socket --skip-ssl -uhealthcheck --skip-column-names --batch -e "$1"; }
(($#)) || { echo 'At least one argument required' >&2; exit 1; }
for test; do
  case $test in
    --connect) [ "$(ask 'SELECT @@skip_networking')" = 0 ] ;;
    --innodb_initialized)
      [ "$(ask "SELECT 1 FROM information_schema.ENGINES WHERE engine='innodb' AND support IN ('YES', 'DEFAULT')")" = 1 ] ;;
    *) echo "healthcheck unknown option or test '${test#--}'" >&2; exit 1 ;;
  esac || { echo "healthcheck ${test#--} failed" >&2; exit 1; }
done
