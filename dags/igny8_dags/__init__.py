"""What the DAG files share. Nothing here is a DAG."""
