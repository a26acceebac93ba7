"""What keepers of logs run: seal, keep as long as promised, verify. Standard library alone: these files are copied to machines (roles/logging)."""
