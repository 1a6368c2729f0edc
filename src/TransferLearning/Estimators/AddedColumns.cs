using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>
/// Adds columns to the shape of a schema. ML.NET keeps the constructors of shapes to itself, but gives the shape of a custom mapping that
/// would make the same columns.
/// </summary>
internal static class AddedColumns
{
    /// <summary>Adds a vector of numbers.</summary>
    public static SchemaShape Features(MLContext context, SchemaShape shape, string name)
    {
        var schema = SchemaDefinition.Create(typeof(FeaturesRow));
        SetVector(schema[nameof(FeaturesRow.Features)], name);
        return Add<FeaturesRow>(context, shape, schema);
    }

    /// <summary>Adds the columns of a classifier.</summary>
    public static SchemaShape Classifier(MLContext context, SchemaShape shape, ImageClassificationOptions options)
    {
        var schema = SchemaDefinition.Create(typeof(ClassifierRow));
        SetVector(schema[nameof(ClassifierRow.Score)], options.ScoreColumnName);
        var key = schema[nameof(ClassifierRow.PredictedLabel)];
        key.ColumnName = options.PredictedLabelColumnName;
        key.ColumnType = new KeyDataViewType(typeof(uint), 1);
        var names = new VectorDataViewType(TextDataViewType.Instance, 1);
        key.AddAnnotation(NetworkColumn.KeyValues, default(VBuffer<ReadOnlyMemory<char>>), names);
        schema[nameof(ClassifierRow.PredictedLabelText)].ColumnName = options.PredictedLabelTextColumnName;
        schema[nameof(ClassifierRow.TopLabels)].ColumnName = options.TopLabelsColumnName;
        schema[nameof(ClassifierRow.TopProbabilities)].ColumnName = options.TopProbabilitiesColumnName;
        return Add<ClassifierRow>(context, shape, schema);
    }

    private static void SetVector(SchemaDefinition.Column column, string name)
    {
        column.ColumnName = name;
        column.ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
    }

    private static SchemaShape Add<T>(MLContext context, SchemaShape shape, SchemaDefinition schema)
        where T : class, new() =>
        context.Transforms.CustomMapping<EmptyRow, T>((_, _) => { }, null, null, schema).GetOutputSchema(shape);

    private sealed class FeaturesRow
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class ClassifierRow
    {
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }

        public ReadOnlyMemory<char> PredictedLabelText { get; set; }

        public string[] TopLabels { get; set; } = [];

        public float[] TopProbabilities { get; set; } = [];
    }
}
