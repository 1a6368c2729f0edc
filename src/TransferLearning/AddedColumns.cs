using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>
/// Adds columns to the shape of a schema. ML.NET keeps the shape's constructors to itself, so that a custom mapping that makes the same
/// columns is asked what it would add.
/// </summary>
internal static class AddedColumns
{
    /// <summary>Adds a vector of numbers.</summary>
    public static SchemaShape Features(MLContext context, SchemaShape shape, string name)
    {
        var schema = SchemaDefinition.Create(typeof(FeaturesRow));
        schema[0].ColumnName = name;
        schema[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        return Added<FeaturesRow>(context, shape, schema);
    }

    /// <summary>Adds the columns of a classifier.</summary>
    public static SchemaShape Classifier(MLContext context, SchemaShape shape) =>
        Added<PredictionRow>(context, Features(context, shape, ClassifierColumns.Score), SchemaDefinition.Create(typeof(PredictionRow)));

    private static SchemaShape Added<T>(MLContext context, SchemaShape shape, SchemaDefinition schema)
        where T : class, new() =>
        context.Transforms.CustomMapping<NothingRow, T>((_, _) => { }, null, null, schema).GetOutputSchema(shape);

    private sealed class FeaturesRow
    {
        public float[] Features { get; set; } = [];
    }
}
