/**
 * A model's state as safetensors bytes, as chunks and manifests on Kafka, and the lineage they
 * make.
 */
@NullMarked
package dev.tidemill.checkpoints;

import org.jspecify.annotations.NullMarked;
