# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_guildhall_global_optspecs
    string join \n config= data-dir= listen= domain= database-url= h/help V/version
end

function __fish_guildhall_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_guildhall_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_guildhall_using_subcommand
    set -l cmd (__fish_guildhall_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c guildhall -n "__fish_guildhall_needs_command" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_needs_command" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_needs_command" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_needs_command" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_needs_command" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_needs_command" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_needs_command" -s V -l version -d 'Print version'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "serve" -d 'Run the server'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "routes" -d 'Print the table of routes: method, path, gate, permission, operation'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "user" -d 'Manage accounts'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "job" -d 'Look at the server\'s jobs'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "audit" -d 'Check the audit trail'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "backup" -d 'Make, list, verify and restore backups'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "database" -d 'Move the database to another one'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "passwords" -d 'Build a list of breached passwords for the server'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "config" -d 'Look at the configuration'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "setup" -d 'Set up a new server: name, address, administrator and first team'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "apply" -d 'Bring settings, users, teams, channels and integrations to what a file declares'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "migrate" -d 'Bring the database\'s schema up to date, or go back to what it was before'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "doctor" -d 'Look at the machine, the network, the disks and the database, and say what is wrong'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "health" -d 'Ask the running server whether it is healthy: the exit code is 0 if it is'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "version" -d 'Print from what this program was built: version, commit, date, target, compiler'
complete -c guildhall -n "__fish_guildhall_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand serve" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand serve" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand serve" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand serve" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand serve" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand serve" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand routes" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand routes" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand routes" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand routes" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand routes" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand routes" -l json
complete -c guildhall -n "__fish_guildhall_using_subcommand routes" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "create" -d 'Make an account; the password is read from standard input where --password is not given'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "list" -d 'List the accounts'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "password" -d 'Set a new password and end the account\'s sessions'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "reset-link" -d 'Print a link by which the person sets a new password, to be given to them; it is valid for a day and can be used once'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "reset-mfa" -d 'Remove the second factor of somebody who has lost it; the person logs in with the password alone, and sets up a new one'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "deactivate" -d 'Lock an account out; nothing of it is deleted'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "activate" -d 'Let a deactivated account in again'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "promote" -d 'Make an account an administrator, or an ordinary member again'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and not __fish_seen_subcommand_from create list password reset-link reset-mfa deactivate activate promote help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l email -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l username -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l password -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -l admin -d 'Make it an administrator'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from list" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from list" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from list" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from list" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from list" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from password" -l password -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from password" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from password" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from password" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from password" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from password" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from password" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-link" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-link" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-mfa" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-mfa" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-mfa" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-mfa" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-mfa" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from reset-mfa" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from deactivate" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from deactivate" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from deactivate" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from deactivate" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from deactivate" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from deactivate" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from activate" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from activate" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from activate" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from activate" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from activate" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from activate" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from promote" -l to -r -f -a "admin\t''
member\t''"
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from promote" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from promote" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from promote" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from promote" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from promote" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from promote" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make an account; the password is read from standard input where --password is not given'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the accounts'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "password" -d 'Set a new password and end the account\'s sessions'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "reset-link" -d 'Print a link by which the person sets a new password, to be given to them; it is valid for a day and can be used once'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "reset-mfa" -d 'Remove the second factor of somebody who has lost it; the person logs in with the password alone, and sets up a new one'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "deactivate" -d 'Lock an account out; nothing of it is deleted'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "activate" -d 'Let a deactivated account in again'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "promote" -d 'Make an account an administrator, or an ordinary member again'
complete -c guildhall -n "__fish_guildhall_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -f -a "list" -d 'List the newest jobs'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -f -a "create" -d 'Create a job; the server runs it at once, or when it starts'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -f -a "cancel" -d 'Cancel a job that waits or runs'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and not __fish_seen_subcommand_from list create cancel help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from list" -l type -d 'Only those of this type' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from list" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from list" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from list" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from list" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from list" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from create" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from create" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from create" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from create" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from create" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from cancel" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from cancel" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from cancel" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from cancel" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from cancel" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the newest jobs'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a job; the server runs it at once, or when it starts'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "cancel" -d 'Cancel a job that waits or runs'
complete -c guildhall -n "__fish_guildhall_using_subcommand job; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -f -a "verify" -d 'Check that no audit record was changed or removed since it was sealed; the exit code is 0 if none was'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -f -a "export" -d 'Print audit records as lines of JSON, the oldest first'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and not __fish_seen_subcommand_from verify export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from verify" -l known-seal -d 'A seal that you know from elsewhere, such as the log, as NUMBER:DIGEST; it must still be in the chain' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from verify" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from verify" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from verify" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from verify" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l since -d 'Records from this day or moment on, such as 2026-11-30 or 2026-11-30T08:00:00Z; the time is UTC' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l until -d 'Records before this day or moment' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l after -d 'Only records after the one with this sequence number, to go on where an earlier export has ended' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l format -d 'Events of the Open Cybersecurity Schema Framework, or the fields of the records' -r -f -a "ocsf\t''
record\t''"
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that no audit record was changed or removed since it was sealed; the exit code is 0 if none was'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "export" -d 'Print audit records as lines of JSON, the oldest first'
complete -c guildhall -n "__fish_guildhall_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -f -a "target" -d 'Manage the places that backups are made to'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -f -a "create" -d 'Make a backup now'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -f -a "list" -d 'List the backups of a target, newest first'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -f -a "verify" -d 'Read the backups of a target, and say whether they are whole'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -f -a "restore" -d 'Restore a backup into an empty data folder and an empty database'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -f -a "resume" -d 'Make backups again on a restored server, which goes on in place of the old one'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -f -a "drill" -d 'Restore a backup as a test, beside the running server, and compare it with what was backed up'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and not __fish_seen_subcommand_from target create list verify restore resume drill help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -f -a "add" -d 'Add a target; its repository is created where there is none'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -f -a "change" -d 'Change a target'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -f -a "list" -d 'List the targets, and what has happened there'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -f -a "remove" -d 'Forget a target; the backups that are there stay'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from target" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from create" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from create" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from create" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from create" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from create" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from list" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from list" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from list" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from list" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from list" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from verify" -l percent -d 'How much of the data is read' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from verify" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from verify" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from verify" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from verify" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l from -d 'The address of the repository: /mnt/backup, sftp:user@host:/folder or s3:https://host/bucket/folder' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l password-file -d 'A file with the password of the repository; without it, GUILDHALL_BACKUP_PASSWORD, or a question' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l access-key -d 'The access key, for a target with S3; without it, GUILDHALL_BACKUP_ACCESS_KEY, or a question' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l secret-key-file -d 'A file with the secret key, for a target with S3; without it, GUILDHALL_BACKUP_SECRET_KEY, or a question' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l snapshot -d 'The backup, or the beginning of its id [default: the newest]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l at -d 'The newest state that is not younger than this moment, such as 2026-11-28T10:00:00Z' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from resume" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from resume" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from resume" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from resume" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from resume" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l from -d 'The address of the repository: /mnt/backup, sftp:user@host:/folder or s3:https://host/bucket/folder' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l password-file -d 'A file with the password of the repository; without it, GUILDHALL_BACKUP_PASSWORD, or a question' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l access-key -d 'The access key, for a target with S3; without it, GUILDHALL_BACKUP_ACCESS_KEY, or a question' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l secret-key-file -d 'A file with the secret key, for a target with S3; without it, GUILDHALL_BACKUP_SECRET_KEY, or a question' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l snapshot -d 'The backup, or the beginning of its id [default: the newest]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l at -d 'The newest state that is not younger than this moment, such as 2026-11-28T10:00:00Z' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l scratch -d 'A folder with room for everything in the backup [default: that for temporary files]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from drill" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "target" -d 'Manage the places that backups are made to'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a backup now'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the backups of a target, newest first'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Read the backups of a target, and say whether they are whole'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Restore a backup into an empty data folder and an empty database'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Make backups again on a restored server, which goes on in place of the old one'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "drill" -d 'Restore a backup as a test, beside the running server, and compare it with what was backed up'
complete -c guildhall -n "__fish_guildhall_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -f -a "move" -d 'Copy the database into an empty one, of whatever kind, compare both, and let the server use the new one. The server may run meanwhile'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -f -a "stay" -d 'Go back to the database that the configuration names, although it was moved to another one'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and not __fish_seen_subcommand_from move stay help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from move" -l to -d 'Where to: sqlite:PATH, postgres://... or mysql://...' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from move" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from move" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from move" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from move" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from move" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from move" -l stop -d 'Do not wait for the configuration to name the new database: a running server ends, and you start it again. For addresses in the environment'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from stay" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from stay" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from stay" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from stay" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from stay" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from stay" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from help" -f -a "move" -d 'Copy the database into an empty one, of whatever kind, compare both, and let the server use the new one. The server may run meanwhile'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from help" -f -a "stay" -d 'Go back to the database that the configuration names, although it was moved to another one'
complete -c guildhall -n "__fish_guildhall_using_subcommand database; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and not __fish_seen_subcommand_from build-filter help" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and not __fish_seen_subcommand_from build-filter help" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and not __fish_seen_subcommand_from build-filter help" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and not __fish_seen_subcommand_from build-filter help" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and not __fish_seen_subcommand_from build-filter help" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and not __fish_seen_subcommand_from build-filter help" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and not __fish_seen_subcommand_from build-filter help" -f -a "build-filter" -d 'Build the file for the setting signup.breached_passwords_file'
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and not __fish_seen_subcommand_from build-filter help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from build-filter" -l seen-at-least -d 'Leave out hashes that were seen less often' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from build-filter" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from build-filter" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from build-filter" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from build-filter" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from build-filter" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from build-filter" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from help" -f -a "build-filter" -d 'Build the file for the setting signup.breached_passwords_file'
complete -c guildhall -n "__fish_guildhall_using_subcommand passwords; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -f -a "check" -d 'Read the configuration and say whether a server could start with it'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -f -a "show" -d 'Print the configuration that a server would start with'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -f -a "reference" -d 'Print every setting with its default, as a configuration file'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and not __fish_seen_subcommand_from check show reference help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from check" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from check" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from check" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from check" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from show" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from show" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from show" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from show" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from reference" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from reference" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from reference" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from reference" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from reference" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from reference" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Read the configuration and say whether a server could start with it'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print the configuration that a server would start with'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "reference" -d 'Print every setting with its default, as a configuration file'
complete -c guildhall -n "__fish_guildhall_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l site-name -d 'The name of the site, such as the company\'s' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l site-url -d 'The address at which people reach it, such as https://chat.example.com; empty if only this network reaches it' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l certificate -d 'Whether the server gets its certificate for that name from Let\'s Encrypt, whose terms you accept with it' -r -f -a "true\t''
false\t''"
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l email -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l username -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l password -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l team -d 'The name of the first team; empty for none' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -l link -d 'Only print the address of the set-up page'
complete -c guildhall -n "__fish_guildhall_using_subcommand setup" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand apply" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand apply" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand apply" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand apply" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand apply" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand apply" -l dry-run -d 'Show what would change, and change nothing'
complete -c guildhall -n "__fish_guildhall_using_subcommand apply" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand migrate" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand migrate" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand migrate" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand migrate" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand migrate" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand migrate" -l without-backup -d 'Change the schema also where an embedded database cannot be copied before, or where one on a server has no backup of the last 24 hours'
complete -c guildhall -n "__fish_guildhall_using_subcommand migrate" -l rollback -d 'Put the copy from before the last upgrade in the place of an embedded database, which is kept aside'
complete -c guildhall -n "__fish_guildhall_using_subcommand migrate" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -l fix -d 'Mend what can be mended safely: permissions and owners of files, a large write-ahead log'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -l json -d 'Print the findings as JSON'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -f -a "mute" -d 'Tell nobody of a finding any more, because it is meant to be so'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -f -a "unmute" -d 'Tell of it again'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and not __fish_seen_subcommand_from mute unmute help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from mute" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from mute" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from mute" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from mute" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from mute" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from mute" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from unmute" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from unmute" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from unmute" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from unmute" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from unmute" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from unmute" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from help" -f -a "mute" -d 'Tell nobody of a finding any more, because it is meant to be so'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from help" -f -a "unmute" -d 'Tell of it again'
complete -c guildhall -n "__fish_guildhall_using_subcommand doctor; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand health" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand health" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand health" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand health" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand health" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand health" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand version" -l config -d 'A TOML file with the sections of the reference [default: /etc/guildhall/guildhall.toml, if it exists and no data folder is given]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand version" -l data-dir -d 'Where files and the embedded database are kept [default: ./data]' -r -F
complete -c guildhall -n "__fish_guildhall_using_subcommand version" -l listen -d 'The address to listen at [default: 127.0.0.1:8065]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand version" -l domain -d 'Serve HTTPS at this name (several: separated by commas), with a certificate of Let\'s Encrypt that the server gets and renews by itself. You agree to the terms of Let\'s Encrypt (https://letsencrypt.org/repository) by this option' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand version" -l database-url -d 'sqlite:PATH, postgres://... or mysql://... [default: SQLite in the data folder]' -r
complete -c guildhall -n "__fish_guildhall_using_subcommand version" -l json
complete -c guildhall -n "__fish_guildhall_using_subcommand version" -s h -l help -d 'Print help'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "serve" -d 'Run the server'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "routes" -d 'Print the table of routes: method, path, gate, permission, operation'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "user" -d 'Manage accounts'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "job" -d 'Look at the server\'s jobs'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "audit" -d 'Check the audit trail'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "backup" -d 'Make, list, verify and restore backups'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "database" -d 'Move the database to another one'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "passwords" -d 'Build a list of breached passwords for the server'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "config" -d 'Look at the configuration'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "setup" -d 'Set up a new server: name, address, administrator and first team'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "apply" -d 'Bring settings, users, teams, channels and integrations to what a file declares'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "migrate" -d 'Bring the database\'s schema up to date, or go back to what it was before'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "doctor" -d 'Look at the machine, the network, the disks and the database, and say what is wrong'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "health" -d 'Ask the running server whether it is healthy: the exit code is 0 if it is'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "version" -d 'Print from what this program was built: version, commit, date, target, compiler'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and not __fish_seen_subcommand_from serve routes user job audit backup database passwords config setup apply migrate doctor health version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "create" -d 'Make an account; the password is read from standard input where --password is not given'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "list" -d 'List the accounts'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "password" -d 'Set a new password and end the account\'s sessions'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "reset-link" -d 'Print a link by which the person sets a new password, to be given to them; it is valid for a day and can be used once'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "reset-mfa" -d 'Remove the second factor of somebody who has lost it; the person logs in with the password alone, and sets up a new one'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "deactivate" -d 'Lock an account out; nothing of it is deleted'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "activate" -d 'Let a deactivated account in again'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "promote" -d 'Make an account an administrator, or an ordinary member again'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "list" -d 'List the newest jobs'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "create" -d 'Create a job; the server runs it at once, or when it starts'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "cancel" -d 'Cancel a job that waits or runs'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Check that no audit record was changed or removed since it was sealed; the exit code is 0 if none was'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "export" -d 'Print audit records as lines of JSON, the oldest first'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "target" -d 'Manage the places that backups are made to'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "create" -d 'Make a backup now'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "list" -d 'List the backups of a target, newest first'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "verify" -d 'Read the backups of a target, and say whether they are whole'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "restore" -d 'Restore a backup into an empty data folder and an empty database'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "resume" -d 'Make backups again on a restored server, which goes on in place of the old one'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "drill" -d 'Restore a backup as a test, beside the running server, and compare it with what was backed up'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from database" -f -a "move" -d 'Copy the database into an empty one, of whatever kind, compare both, and let the server use the new one. The server may run meanwhile'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from database" -f -a "stay" -d 'Go back to the database that the configuration names, although it was moved to another one'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from passwords" -f -a "build-filter" -d 'Build the file for the setting signup.breached_passwords_file'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Read the configuration and say whether a server could start with it'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Print the configuration that a server would start with'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "reference" -d 'Print every setting with its default, as a configuration file'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from doctor" -f -a "mute" -d 'Tell nobody of a finding any more, because it is meant to be so'
complete -c guildhall -n "__fish_guildhall_using_subcommand help; and __fish_seen_subcommand_from doctor" -f -a "unmute" -d 'Tell of it again'
