using System.Text.Json;

namespace TransferLearning.Tests.Contracts;

public sealed class TransferScenarioTests
{
    [Theory]
    [InlineData(TransferScenario.Pretrained, "pretrained")]
    [InlineData(TransferScenario.FeatureExtraction, "feature-extraction")]
    [InlineData(TransferScenario.FineTuning, "fine-tuning")]
    [InlineData(TransferScenario.FromScratch, "from-scratch")]
    [InlineData(TransferScenario.Auto, "auto")]
    public void A_scenario_has_one_name_in_files_and_texts(TransferScenario scenario, string name)
    {
        Assert.Equal(name, scenario.ToName());
        Assert.Equal($"\"{name}\"", JsonSerializer.Serialize(scenario));
        Assert.Equal(scenario, JsonSerializer.Deserialize<TransferScenario>($"\"{name}\""));
    }

    [Fact]
    public void Unknown_names_are_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TransferScenario>("\"distillation\""));
}
