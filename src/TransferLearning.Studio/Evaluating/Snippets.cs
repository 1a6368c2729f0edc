namespace TransferLearning.Studio;

/// <summary>Code that uses a saved model.</summary>
/// <param name="Name">The language or framework.</param>
/// <param name="Code">The code.</param>
public sealed record Snippet(string Name, string Code);

/// <summary>How a saved model is used.</summary>
public static class Snippets
{
    public static IReadOnlyList<Snippet> All { get; } =
    [
        new("C#", """
            // dotnet add package TransferLearning.Core
            using TransferLearning;

            using ImageClassifier classifier = ImageClassifier.Load("model.onnx");
            Prediction prediction = classifier.Predict("image.jpg");
            Console.WriteLine($"{prediction.Label} {prediction.Probability:P1}");
            """),
        new("ASP.NET Core", """
            // dotnet add package TransferLearning.Core
            using TransferLearning;

            var builder = WebApplication.CreateBuilder(args);
            builder.Services.AddSingleton(_ => ImageClassifier.Load("model.onnx"));
            var app = builder.Build();
            app.MapPost("/classify", async (HttpRequest request, ImageClassifier classifier) =>
            {
                using var image = new MemoryStream();
                await request.Body.CopyToAsync(image);
                Prediction prediction = classifier.Predict(image.ToArray(), "the image");
                return new { prediction.Label, prediction.Probability };
            });
            app.Run();
            """),
        new("Command line", """
            # dotnet tool install --global TransferLearning.Cli
            transfer-learning predict model.onnx image.jpg
            """),
    ];
}
