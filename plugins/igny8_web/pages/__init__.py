"""The pages under /igny8/: a module per page, which loads one view and renders one template."""
