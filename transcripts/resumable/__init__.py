"""Resumable uploads by tus 1.0 (https://tus.io/protocols/resumable-upload): one server behind both faces.

An upload is a row and a file. The file's size is the offset: nothing else keeps it, so nothing can disagree with it
after a crash. Whoever writes says where; of two writers, as when a connection is dead and its sender comes back on
another, the one whose place is taken already is sent away. Nobody waits for the dead.
"""
