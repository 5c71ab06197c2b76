"""A small task engine over queues: tasks have retry rules, workers report what became of them."""
