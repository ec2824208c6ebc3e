package dev.tidemill.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Converts a spec to the tree of maps, lists and scalars that {@link SpecReader} reads. The tree
 * contains every argument. Optional settings of {@code training}, the arguments of the loss and
 * {@code state_dtype} are in it only if they are set.
 */
final class SpecTree {
  private SpecTree() {}

  static Map<String, Object> of(ModelSpec spec) {
    return map(
        "name", spec.name(),
        "input", of(spec.input()),
        "layers", spec.layers().stream().map(SpecTree::of).toList(),
        "loss", loss(spec.loss()),
        "optimizer", of(spec.optimizer()),
        "schedule", of(spec.schedule()),
        "training", of(spec.training()));
  }

  static Map<String, Object> of(InputSpec input) {
    return map("shape", input.shape(), "scale", input.scale(), "pad", input.pad());
  }

  static Map<String, Object> of(LayerSpec layer) {
    Map<String, Object> tree = map("type", layer.type(), "name", layer.name());
    tree.putAll(layer.accept(new LayerArguments()));
    return tree;
  }

  /** Returns the name of a loss without arguments, and otherwise a mapping. */
  private static Object loss(LossSpec loss) {
    Map<String, Object> arguments = of(loss);
    if (arguments.isEmpty()) {
      return loss.type().word();
    }
    Map<String, Object> tree = map("type", loss.type().word());
    tree.putAll(arguments);
    return tree;
  }

  /** Returns the arguments that are set. */
  static Map<String, Object> of(LossSpec loss) {
    Map<String, Object> tree = map();
    if (loss.labelSmoothing() != 0) {
      tree.put(LossReader.LABEL_SMOOTHING, loss.labelSmoothing());
    }
    if (loss.balanced()) {
      tree.put(LossReader.CLASS_WEIGHTS, LossReader.BALANCED);
    } else if (!loss.classWeights().isEmpty()) {
      tree.put(LossReader.CLASS_WEIGHTS, loss.classWeights());
    }
    return tree;
  }

  static Map<String, Object> of(OptimizerSpec optimizer) {
    Map<String, Object> tree =
        map("type", optimizer.type(), "learning_rate", optimizer.learningRate());
    tree.putAll(optimizer.accept(new OptimizerArguments()));
    if (optimizer.stateType() != StateType.FLOAT32) {
      tree.put("state_dtype", optimizer.stateType().word());
    }
    return tree;
  }

  static Map<String, Object> of(ScheduleSpec schedule) {
    Map<String, Object> tree = map("type", schedule.type());
    if (schedule instanceof ScheduleSpec.Step step) {
      tree.put("step_size", step.stepSize());
      tree.put("gamma", step.gamma());
    } else if (schedule instanceof ScheduleSpec.Cosine cosine) {
      tree.put("t_max", cosine.tMax());
      tree.put("eta_min", cosine.etaMin());
    }
    tree.put("warmup_steps", schedule.warmupSteps());
    return tree;
  }

  static Map<String, Object> of(TrainingSpec training) {
    Map<String, Object> tree =
        map(
            "batch_size",
            training.fullBatch() ? "full" : (Object) training.batchSize(),
            "seed",
            training.seed());
    training.maxGradNorm().ifPresent(norm -> tree.put("max_grad_norm", norm));
    training
        .stop()
        .ifPresent(
            stop ->
                tree.put("stop", map("tolerance", stop.tolerance(), "patience", stop.patience())));
    training.microBatchSize().ifPresent(size -> tree.put("micro_batch_size", size));
    if (training.activationCheckpointing()) {
      tree.put("activation_checkpointing", true);
    }
    return tree;
  }

  private static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static Object size(Size2d size) {
    return size.height() == size.width()
        ? (Object) size.height()
        : List.of(size.height(), size.width());
  }

  private static Map<String, Object> window(Size2d kernelSize, Size2d stride, Size2d padding) {
    return map("kernel_size", size(kernelSize), "stride", size(stride), "padding", size(padding));
  }

  private static final class LayerArguments implements LayerSpec.Visitor<Map<String, Object>> {
    @Override
    public Map<String, Object> conv2d(LayerSpec.Conv2d layer) {
      Map<String, Object> tree = map("out_channels", layer.outChannels());
      tree.putAll(window(layer.kernelSize(), layer.stride(), layer.padding()));
      tree.put("bias", layer.bias());
      return tree;
    }

    @Override
    public Map<String, Object> maxPool2d(LayerSpec.MaxPool2d layer) {
      return window(layer.kernelSize(), layer.stride(), layer.padding());
    }

    @Override
    public Map<String, Object> avgPool2d(LayerSpec.AvgPool2d layer) {
      return window(layer.kernelSize(), layer.stride(), layer.padding());
    }

    @Override
    public Map<String, Object> linear(LayerSpec.Linear layer) {
      return map("out_features", layer.outFeatures(), "bias", layer.bias());
    }

    @Override
    public Map<String, Object> batchNorm2d(LayerSpec.BatchNorm2d layer) {
      return map("eps", layer.eps(), "momentum", layer.momentum());
    }

    @Override
    public Map<String, Object> batchNorm1d(LayerSpec.BatchNorm1d layer) {
      return map("eps", layer.eps(), "momentum", layer.momentum());
    }

    @Override
    public Map<String, Object> dropout(LayerSpec.Dropout layer) {
      return map("p", layer.p());
    }

    @Override
    public Map<String, Object> flatten(LayerSpec.Flatten layer) {
      return map();
    }

    @Override
    public Map<String, Object> activation(LayerSpec.Activation layer) {
      return switch (layer.kind()) {
        case RELU, TANH, SIGMOID -> map();
        case GELU -> map("approximate", "none");
        case GELU_TANH -> map("approximate", "tanh");
      };
    }

    @Override
    public Map<String, Object> embedding(LayerSpec.Embedding layer) {
      return map("num_embeddings", layer.numEmbeddings(), "embedding_dim", layer.embeddingDim());
    }

    @Override
    public Map<String, Object> columnEmbedding(LayerSpec.ColumnEmbedding layer) {
      return map("embedding_dim", layer.embeddingDim(), ColumnReader.COLUMNS, layer.sizes());
    }

    @Override
    public Map<String, Object> positionalEmbedding(LayerSpec.PositionalEmbedding layer) {
      return map();
    }

    @Override
    public Map<String, Object> lstm(LayerSpec.Lstm layer) {
      return map(
          "hidden_size", layer.hiddenSize(),
          "num_layers", layer.numLayers(),
          "bidirectional", layer.bidirectional(),
          "dropout", layer.dropout());
    }

    @Override
    public Map<String, Object> layerNorm(LayerSpec.LayerNorm layer) {
      return map("eps", layer.eps());
    }

    @Override
    public Map<String, Object> multiheadAttention(LayerSpec.MultiheadAttention layer) {
      return map(
          "num_heads", layer.numHeads(),
          "causal", layer.causal(),
          "dropout", layer.dropout(),
          "bias", layer.bias());
    }

    @Override
    public Map<String, Object> sequencePool(LayerSpec.SequencePool layer) {
      return map("mode", layer.mode().word());
    }

    @Override
    public Map<String, Object> residual(LayerSpec.Residual layer) {
      return map(
          "layers", layer.layers().stream().map(SpecTree::of).toList(),
          "shortcut", layer.shortcut().stream().map(SpecTree::of).toList());
    }
  }

  private static final class OptimizerArguments
      implements OptimizerSpec.Visitor<Map<String, Object>> {
    @Override
    public Map<String, Object> sgd(OptimizerSpec.Sgd o) {
      return map(
          "momentum", o.momentum(),
          "dampening", o.dampening(),
          "nesterov", o.nesterov(),
          "weight_decay", o.weightDecay());
    }

    @Override
    public Map<String, Object> adagrad(OptimizerSpec.Adagrad o) {
      return map(
          "lr_decay", o.lrDecay(),
          "weight_decay", o.weightDecay(),
          "initial_accumulator_value", o.initialAccumulatorValue(),
          "eps", o.eps());
    }

    @Override
    public Map<String, Object> rmsprop(OptimizerSpec.Rmsprop o) {
      return map(
          "alpha", o.alpha(),
          "eps", o.eps(),
          "weight_decay", o.weightDecay(),
          "momentum", o.momentum(),
          "centered", o.centered());
    }

    @Override
    public Map<String, Object> adam(OptimizerSpec.Adam o) {
      return adam(o.beta1(), o.beta2(), o.eps(), o.weightDecay(), o.amsgrad());
    }

    @Override
    public Map<String, Object> adamW(OptimizerSpec.AdamW o) {
      return adam(o.beta1(), o.beta2(), o.eps(), o.weightDecay(), o.amsgrad());
    }

    private static Map<String, Object> adam(
        double beta1, double beta2, double eps, double weightDecay, boolean amsgrad) {
      return map(
          "betas", List.of(beta1, beta2),
          "eps", eps,
          "weight_decay", weightDecay,
          "amsgrad", amsgrad);
    }
  }
}
