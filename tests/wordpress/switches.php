<?php
// A must-use plug-in with what hosts and plug-ins do to the REST API; each is switched on by the environment.
if (getenv('WP_STRIP_AUTHORIZATION')) {                  // a CGI host that drops the header
    unset($_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'], $_SERVER['HTTP_AUTHORIZATION']);
}
if (getenv('WP_STRICT')) {                               // a plug-in that looks for the user early: 401 everywhere, with the reason
    add_filter('rest_authentication_errors', function ($error) { $GLOBALS['current_user'] = null; wp_get_current_user(); return $error; }, 1);
}
if ($html = getenv('WP_HTML')) {                         // a plug-in that answers a page with 200: "all" requests, or "writes"
    add_action('rest_api_init', function () use ($html) {
        if ($html === 'all' || $_SERVER['REQUEST_METHOD'] !== 'GET') {
            header('Content-Type: text/html; charset=UTF-8');
            exit('<!DOCTYPE html><title>Just a moment</title><p>Checking your browser.');
        }
    });
}
if (getenv('WP_NO_REST')) {                              // a security plug-in that hides the API from strangers and users alike
    remove_action('template_redirect', 'rest_output_link_header', 11);
    remove_action('wp_head', 'rest_output_link_wp_head');
    add_filter('rest_authentication_errors', fn() => new WP_Error('rest_disabled', 'The REST API is disabled.', ['status' => 403]));
}
$seo = (string) getenv('WP_SEO');
if (str_starts_with($seo, 'yoast')) {                    // stands for Yoast SEO: its namespace, its fields, what it prints
    $title = fn($id) => (string) get_post_meta($id, '_yoast_wpseo_title', true);
    $description = fn($id) => (string) get_post_meta($id, '_yoast_wpseo_metadesc', true);
    add_action('rest_api_init', function () use ($title, $description) {
        register_rest_route('yoast/v1', '/get_head', ['callback' => fn() => [], 'permission_callback' => '__return_true']);
        register_rest_field('post', 'yoast_head_json', ['get_callback' => fn($post) => ['title' => $title($post['id']), 'description' => $description($post['id'])]]);
    });
    if ($seo === 'yoast') {                              // "yoast closed" has the plug-in without fields that REST may write
        add_action('init', function () {
            foreach (['_yoast_wpseo_title', '_yoast_wpseo_metadesc', '_yoast_wpseo_focuskw'] as $key) {
                register_post_meta('post', $key, ['type' => 'string', 'single' => true, 'show_in_rest' => true, 'auth_callback' => fn() => current_user_can('edit_posts')]);
            }
        });
    }
    add_filter('pre_get_document_title', fn($known) => is_singular() ? ($title(get_the_ID()) ?: $known) : $known);
    add_action('wp_head', function () use ($description) {
        if (is_singular() && $description(get_the_ID())) echo '<meta name="description" content="', esc_attr($description(get_the_ID())), '">';
    });
}
if ($seo === 'rank math') {                              // stands for Rank Math: its namespace and its route that writes fields
    add_action('rest_api_init', function () {
        register_rest_route('rankmath/v1', '/updateMeta', ['methods' => 'POST', 'permission_callback' => fn() => current_user_can('edit_posts'), 'callback' => function ($request) {
            foreach ((array) $request['meta'] as $key => $value) {
                if (str_starts_with($key, 'rank_math_')) update_post_meta((int) $request['objectID'], $key, sanitize_text_field($value));
            }
            return ['slug' => true, 'schemas' => []];
        }]);
    });
    add_filter('pre_get_document_title', fn($known) => is_singular() ? ((string) get_post_meta(get_the_ID(), 'rank_math_title', true) ?: $known) : $known);
    add_action('wp_head', function () {
        $text = is_singular() ? (string) get_post_meta(get_the_ID(), 'rank_math_description', true) : '';
        if ($text) echo '<meta name="description" content="', esc_attr($text), '">';
    });
}
if (getenv('WP_META')) {                                 // a site that registers a field for the publisher's mark
    add_action('init', fn() => register_post_meta('post', getenv('WP_META'), ['type' => 'string', 'single' => true, 'show_in_rest' => true]));
}
