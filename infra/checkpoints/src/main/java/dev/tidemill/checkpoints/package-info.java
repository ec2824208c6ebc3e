/**
 * Stores a model's state as safetensors bytes, in chunks and manifests on Kafka, and checks their
 * lineage.
 */
@NullMarked
package dev.tidemill.checkpoints;

import org.jspecify.annotations.NullMarked;
