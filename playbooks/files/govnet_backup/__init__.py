"""What backup machines and their clients run. Standard library alone: these files are copied to machines (playbooks/tasks/backup_programs.yml)."""
