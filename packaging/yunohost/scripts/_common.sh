#!/bin/bash
# Shared by the scripts.

# Writes program, configuration and service; install, upgrade and restore end with it.
guildhall_configure() {
    ynh_config_add --template="guildhall.toml" --destination="$install_dir/guildhall.toml"
    chmod 640 "$install_dir/guildhall.toml"
    chown root:"$app" "$install_dir/guildhall.toml"
    chmod 700 "$data_dir"
    chown "$app:$app" "$data_dir"
    ynh_config_add_nginx
    ynh_config_add_systemd
    yunohost service add "$app" --description="Team chat" --log="systemd"
}

guildhall_start() {
    # The unit's type is notify: it is started when the server is ready.
    ynh_systemctl --service="$app" --action="start"
}
