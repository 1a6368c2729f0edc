// A console application that knows the package only. One process trains and saves, another one loads and scores:
//   draw  IMAGES                                      draws images into train/CLASS and valid/CLASS
//   train IMAGES MODEL.zip SCORES [BACKBONE.onnx]     writes the scores of the images in valid
//   score IMAGES MODEL.zip SCORES ACCURACY            fails when a score differs, or when fewer are right
using System.Globalization;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["draw", var images]:
        GlyphImages.Draw(Path.Combine(images, "train"), perClass: 24, seed: 1);
        GlyphImages.Draw(Path.Combine(images, "valid"), perClass: 8, seed: 2);
        return 0;
    case ["train", var images, var model, var scores, .. var rest]:
        Training.Run(images, model, scores, rest is [var backbone] ? backbone : null);
        return 0;
    case ["score", var images, var model, var scores, var accuracy]:
        return Scoring.Run(images, model, scores, double.Parse(accuracy, CultureInfo.InvariantCulture));
    default:
        Console.Error.WriteLine("draw, train or score");
        return 2;
}
