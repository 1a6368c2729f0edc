using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>Checks of the rows and labels that a head is fitted to.</summary>
internal static class HeadData
{
    /// <summary>Throws for anything that a fit cannot work with.</summary>
    /// <exception cref="ArgumentException">
    /// Sizes do not match, a label is out of range, a class has no row, or a feature is not finite.
    /// </exception>
    public static void Check(
        FeatureMatrix train, ReadOnlySpan<int> labels, int classCount, FeatureMatrix? validation, int[]? validationLabels)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (classCount < 2)
            throw new ArgumentOutOfRangeException(nameof(classCount), classCount, "A head needs two classes or more.");
        CheckRows(train, labels, classCount, "training", nameof(labels));
        var present = new bool[classCount];
        foreach (int label in labels)
            present[label] = true;
        RequireAllPresent(present, nameof(labels));
        if (validation is null)
        {
            if (validationLabels is { Length: > 0 })
                throw new ArgumentException(
                    $"There are {validationLabels.Length} validation labels but no validation features.", nameof(validation));
            return;
        }

        if (validation.Columns != train.Columns)
            throw new ArgumentException(
                $"The validation features have {validation.Columns} columns, the training features {train.Columns}.", nameof(validation));
        CheckRows(validation, validationLabels, classCount, "validation", nameof(validationLabels));
    }

    private static void CheckRows(FeatureMatrix features, ReadOnlySpan<int> labels, int classCount, string name, string parameter)
    {
        if (labels.Length != features.Rows)
            throw new ArgumentException($"There are {features.Rows} {name} rows but {labels.Length} labels.", parameter);
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classCount)
                throw new ArgumentException($"The label of {name} row {i} is {labels[i]}; it must be 0 to {classCount - 1}.", parameter);
            RequireFinite(features[i], i, name, parameter);
        }
    }

    /// <summary>Throws if a number of a row is not finite.</summary>
    public static void RequireFinite(ReadOnlySpan<float> features, int row, string name, string parameter)
    {
        int column = IndexOfNotFinite(features);
        if (column >= 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Feature {column} of {name} row {row} is {features[column]}; features must be finite. Check or skip image {row}."),
                parameter);
        }
    }

    /// <summary>Throws for a table that a fit cannot work with.</summary>
    /// <exception cref="ArgumentException">Sizes do not match, a label is out of range, or a class has no row.</exception>
    public static void Check(FeatureTable train, int classCount, FeatureTable? validation)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (classCount < 2)
            throw new ArgumentOutOfRangeException(nameof(classCount), classCount, "A head needs two classes or more.");
        var present = new bool[classCount];
        foreach (int label in train.Labels)
        {
            if (label >= classCount)
                throw new ArgumentException($"A training label is {label}; it must be 0 to {classCount - 1}.", nameof(train));
            present[label] = true;
        }

        RequireAllPresent(present, nameof(train));
        if (validation is null)
            return;
        if (validation.Columns != train.Columns)
            throw new ArgumentException(
                $"The validation features have {validation.Columns} columns, the training features {train.Columns}.", nameof(validation));
        if (validation.Labels.Any(label => label >= classCount))
            throw new ArgumentException($"A validation label is over {classCount - 1}.", nameof(validation));
    }

    private static void RequireAllPresent(bool[] present, string parameter)
    {
        int absent = Array.IndexOf(present, false);
        if (absent >= 0)
            throw new ArgumentException(
                $"Class {absent} of {present.Length} has no training row; give it images or leave it out.", parameter);
    }

    /// <summary>x − x is 0 for finite numbers and NaN for the others, so one sum finds the rows worth a closer look.</summary>
    private static int IndexOfNotFinite(ReadOnlySpan<float> row)
    {
        if (float.IsFinite(TensorPrimitives.SumOfMagnitudes(row)))
            return -1;
        for (int k = 0; k < row.Length; k++)
        {
            if (!float.IsFinite(row[k]))
                return k;
        }

        return -1;
    }
}
