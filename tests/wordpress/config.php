<?php
// WordPress' configuration, all of it from the environment: one unpacked WordPress serves any port, database and content folder.
$url = getenv('WP_URL');
define('DB_NAME', getenv('WP_DB'));
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . getenv('WP_SOCK'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {
    define($name, hash('sha256', "tests-$name"));
}
$table_prefix = 'wp_';
define('WP_HOME', $url);
define('WP_SITEURL', $url);
define('WP_CONTENT_DIR', getenv('WP_CONTENT'));          // themes are the package's, uploads this server's own
define('WP_CONTENT_URL', "$url/wp-content");
define('WP_ENVIRONMENT_TYPE', getenv('WP_KIND') ?: 'local');  // production: no application passwords on plain http
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);                         // nothing happens by itself
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_AUTO_UPDATE_CORE', false);
define('DISALLOW_FILE_MODS', true);
define('WP_DEBUG', false);
define('FS_METHOD', 'direct');
require_once ABSPATH . 'wp-settings.php';
