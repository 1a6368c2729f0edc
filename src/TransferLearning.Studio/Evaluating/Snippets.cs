namespace TransferLearning.Studio;

/// <summary>Code that uses a saved model.</summary>
/// <param name="Name">The language or framework.</param>
/// <param name="Code">The code.</param>
public sealed record Snippet(string Name, string Code);

/// <summary>How a saved model is used.</summary>
public static class Snippets
{
    private const string File = "model.onnx";

    /// <summary>The snippets for a classifier.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="file">The name of the file that it is in.</param>
    public static IReadOnlyList<Snippet> For(ImageClassifier classifier, string file = File)
    {
        var portable = new PortableSnippets(
            classifier.Preprocessing, classifier.Labels, classifier.ToOnnx().Inputs[0].Name, file);
        return
        [
            .. OfDotNet.Select(snippet => snippet with { Code = snippet.Code.Replace(File, file, StringComparison.Ordinal) }),
            new("Python", portable.Python), new("JavaScript", portable.JavaScript),
            new("Command line", $"""
                # dotnet tool install --global TransferLearning.Cli
                transfer-learning predict {file} image.jpg
                """),
        ];
    }

    /// <summary>Those that use the library, which reads all from the file.</summary>
    public static IReadOnlyList<Snippet> OfDotNet { get; } =
    [
        new("C#", """
            // dotnet add package TransferLearning.Core
            using TransferLearning;

            using ImageClassifier classifier = ImageClassifier.Load("model.onnx");
            Prediction prediction = classifier.Predict("image.jpg");
            Console.WriteLine(prediction.IsKnown ? $"{prediction.Label} {prediction.Probability:P1}" : "none of the classes");
            """),
        new("ML.NET", """
            // dotnet add package TransferLearning
            using Microsoft.ML;
            using TransferLearning;
            using TransferLearning.MLNet;

            var ml = new MLContext();
            IDataView images = ml.Data.LoadFromEnumerable(new[] { new ImageRow { ImagePath = "image.jpg" } });
            using var model = ml.TransferLearning.ClassifyImages("ImagePath", Backbone.FromFile("model.onnx")).Fit(images);
            foreach (var answer in ml.Data.CreateEnumerable<Answer>(model.Transform(images), reuseRowObject: false))
                Console.WriteLine($"{answer.PredictedLabel} {answer.Score.Max():P1}");

            class ImageRow
            {
                public string ImagePath { get; set; } = "";
            }

            class Answer
            {
                public string PredictedLabel { get; set; } = "";

                public float[] Score { get; set; } = [];
            }
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
                return new { prediction.Label, prediction.Probability, prediction.IsKnown };
            });
            app.Run();
            """),
    ];
}
