"""What signature mirrors and the machines they feed run. Standard library alone: copied to machines by playbooks/tasks/antivirus_programs.yml."""
