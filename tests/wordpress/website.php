<?php
// php website.php: a copy of the installed website's database with options of its own; quicker than installing anew.
$database = new mysqli('localhost', 'root', '', '', 0, getenv('WP_SOCK'));
[$from, $to] = [getenv('WP_MASTER'), getenv('WP_DB')];
$database->query("CREATE DATABASE `$to` CHARACTER SET utf8mb4");
foreach ($database->query("SHOW TABLES FROM `$from`")->fetch_all() as [$table]) {
    $database->query("CREATE TABLE `$to`.`$table` LIKE `$from`.`$table`");
    $database->query("INSERT INTO `$to`.`$table` SELECT * FROM `$from`.`$table`");
}
$database->select_db($to);
$options = ['timezone_string' => getenv('WP_ZONE'), 'permalink_structure' => getenv('WP_PERMALINKS'), 'rewrite_rules' => ''];
foreach ($options as $name => $value) {
    $database->execute_query('UPDATE wp_options SET option_value = ? WHERE option_name = ?', [$value, $name]);
}
