namespace TransferLearning;

/// <summary>What every classifier inherits from its backbone.</summary>
internal static class ScenarioMetadata
{
    public static ModelMetadata Of(Backbone backbone) => new()
    {
        Title = backbone.Name,
        Origin = backbone.Origin,
        License = backbone.License,
        Preprocessing = backbone.Preprocessing,
    };
}
