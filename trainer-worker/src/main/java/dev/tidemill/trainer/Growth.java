package dev.tidemill.trainer;

import dev.tidemill.contract.Contract;
import dev.tidemill.engine.CategoryColumn;
import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.LayerSpec.ColumnEmbedding;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.schemas.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a lineage's network grows with its contract: new classes, and new categories of embedded
 * columns.
 *
 * @param before the spec with the lineage's sizes
 * @param changes a sentence each; empty if nothing grows
 */
record Growth(ModelSpec before, List<String> changes) {

  Growth {
    changes = List.copyOf(changes);
  }

  /**
   * Compares sizes.
   *
   * @param had the lineage's spec
   * @param spec with the sizes of the contract, which are not smaller
   * @param template says which sizes may follow from the contract
   */
  static Growth between(
      ModelSpec had, ModelSpec spec, SpecTemplate template, Optional<Contract> contract) {
    ModelSpec before = spec;
    List<String> changes = new ArrayList<>();
    Optional<ColumnEmbedding> columns = Network.of(had).columnEmbedding();
    if (template.adaptsColumns() && columns.isPresent() && contract.isPresent()) {
      List<String> ofColumns = ofColumns(columns.get(), spec, contract.get());
      if (!ofColumns.isEmpty()) {
        before = before.withColumns(columns.get().columns());
        changes.addAll(ofColumns);
      }
    }
    int outputs = Network.of(had).outputLength();
    if (template.adaptsOutputs()
        && contract.filter(Contract::isClassification).isPresent()
        && Network.of(spec).outputLength() > outputs) {
      before = withOutputs(before, had, outputs);
      changes.add(ofOutputs(spec, outputs, contract.get()));
    }
    return new Growth(before, changes);
  }

  /** Returns the spec with the lineage's outputs, which its class weights must fit, too. */
  private static ModelSpec withOutputs(ModelSpec spec, ModelSpec had, int outputs) {
    ModelSpec unweighted = spec.withLoss(spec.loss().withClassWeights()).withOutputs(outputs);
    return had.loss().type() == spec.loss().type() ? unweighted.withLoss(had.loss()) : unweighted;
  }

  private static String ofOutputs(ModelSpec spec, int had, Contract contract) {
    int has = Network.of(spec).outputLength();
    String layer =
        spec.layers().stream()
            .filter(LayerSpec.Linear.class::isInstance)
            .reduce((before, last) -> last)
            .map(LayerSpec::name)
            .orElse("");
    return "output layer "
        + layer
        + " grew from "
        + had
        + " to "
        + has
        + " classes with contract version "
        + contract.version()
        + ": "
        + String.join(", ", contract.classes().subList(had, has));
  }

  /** Describes larger columns; empty if other columns are embedded, which is another network. */
  private static List<String> ofColumns(ColumnEmbedding had, ModelSpec spec, Contract contract) {
    Optional<ColumnEmbedding> layer = Network.of(spec).columnEmbedding();
    List<String> changes = new ArrayList<>();
    if (layer.filter(is -> is.sizes().keySet().equals(had.sizes().keySet())).isEmpty()) {
      return changes;
    }
    for (CategoryColumn column : layer.get().columns()) {
      int before = had.sizes().getOrDefault(column.index(), column.categories());
      Feature feature = contract.indexedCategories().get(column.index());
      if (column.categories() > before && feature != null) {
        changes.add(
            "layer "
                + layer.get().name()
                + " grew from "
                + before
                + " to "
                + column.categories()
                + " categories of feature `"
                + feature.getName()
                + "` with contract version "
                + contract.version()
                + ": "
                + CategoryColumns.appended(feature, before, column.categories()));
      }
    }
    return changes;
  }
}
