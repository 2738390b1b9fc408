<?php
// The tests' door: runs the PHP that is posted, inside WordPress and as its administrator, and answers what it returns.
if (!hash_equals((string) getenv('WP_SECRET'), $_SERVER['HTTP_X_TESTS'] ?? '')) {
    http_response_code(403);
    return;
}
$code = file_get_contents('php://input');
require $_SERVER['DOCUMENT_ROOT'] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
wp_set_current_user(1);
try {
    $result = (static function (string $code) { global $wpdb; return eval($code); })($code);
} catch (Throwable $error) {
    http_response_code(500);
    $result = get_class($error) . ': ' . $error->getMessage();
}
header('Content-Type: application/json');
echo json_encode($result);
