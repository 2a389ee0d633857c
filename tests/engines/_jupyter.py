"""Runs a notebook as Jupyter does, in a folder, and writes it with its outputs to standard output."""
import sys
import nbformat
from nbclient import NotebookClient

path, folder = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
for cell in notebook.cells:
    if cell.cell_type == "code":
        cell.outputs = []
about = {"metadata": {"path": folder}}
NotebookClient(notebook, kernel_name="deno", timeout=300, resources=about).execute()
sys.stdout.write(nbformat.writes(notebook))
