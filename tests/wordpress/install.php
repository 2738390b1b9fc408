<?php
// php install.php: makes the database, WordPress in it, and a user with an application password for each role; prints JSON.
$database = new mysqli('localhost', 'root', '', '', 0, getenv('WP_SOCK'));
$database->query('CREATE DATABASE `' . getenv('WP_DB') . '` CHARACTER SET utf8mb4');
define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => parse_url(getenv('WP_URL'), PHP_URL_HOST) . ':' . parse_url(getenv('WP_URL'), PHP_URL_PORT),
             'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/', 'SERVER_NAME' => '127.0.0.1'];
require getenv('WP_ROOT') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_new_blog_notification() {}                   // WordPress lets this one be replaced: no mail
add_filter('pre_wp_mail', '__return_true');
wp_install('Tests &amp; Teas', 'admin', 'admin@example.test', true, '', 'admin-pass');
update_option('timezone_string', 'UTC');                  // this and the permalinks: website.php
update_option('gmt_offset', '');
switch_theme(array_key_first(wp_get_themes()));
$users = [];
foreach (['administrator' => 'admin', 'editor' => 'ed', 'author' => 'author', 'contributor' => 'contrib', 'subscriber' => 'sub'] as $role => $login) {
    $user = get_user_by('login', $login);
    $id = $user ? $user->ID : wp_insert_user(['user_login' => $login, 'user_pass' => "$login-pass", 'user_email' => "$login@example.test", 'role' => $role]);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'tests']);
    $users[$role] = ['id' => $id, 'login' => $login, 'password' => WP_Application_Passwords::chunk_password($password)];
}
echo json_encode(['version' => $GLOBALS['wp_version'], 'users' => $users]);
