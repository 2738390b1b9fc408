<?php
// For php -S: uploads and the package's own files as they are, the tests' door, everything else to WordPress.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if (str_contains($path, '..')) {
    http_response_code(400);
    return true;
}
if ($path === '/__tests__') {
    require __DIR__ . '/door.php';
    return true;
}
if (str_starts_with($path, '/wp-content/uploads/')) {
    $file = getenv('WP_CONTENT') . substr($path, strlen('/wp-content'));
    if (!is_file($file)) {
        http_response_code(404);
        return true;
    }
    header('Content-Type: ' . mime_content_type($file));
    header('Content-Length: ' . filesize($file));
    readfile($file);
    return true;
}
if ($path !== '/' && is_file($root . $path)) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = "$root/index.php";
require "$root/index.php";
