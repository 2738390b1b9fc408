<?php
/**
 * Plugin Name: IGNY8 SEO fields
 * Description: Lets Yoast SEO's title, description and focus keyword be written over the REST API. Put this file into
 *              wp-content/mu-plugins; WordPress loads it by itself.
 */
add_action('init', function () {
    foreach (['_yoast_wpseo_title', '_yoast_wpseo_metadesc', '_yoast_wpseo_focuskw'] as $key) {
        register_post_meta('post', $key, [
            'type' => 'string',
            'single' => true,
            'show_in_rest' => true,
            'auth_callback' => fn($allowed, $meta_key, $post_id) => current_user_can('edit_post', $post_id),
        ]);
    }
});
