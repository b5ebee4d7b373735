import { Markup } from './markup.ts'
import { checkTextLength } from './size-limits.ts'

const WORDS =
  `a ac accumsan ad adipiscing aenean aliquam aliquet amet ante aptent arcu at auctor augue bibendum blandit class commodo
  condimentum congue consectetuer consequat conubia convallis cras cubilia curabitur curae cursus dapibus diam dictum dictumst
  dignissim dis dolor donec dui duis egestas eget eleifend elementum elit enim erat eros est et etiam eu euismod facilisi
  facilisis fames faucibus felis fermentum feugiat fringilla fusce gravida habitant habitasse hac hendrerit hymenaeos iaculis id
  imperdiet in inceptos integer interdum ipsum justo lacinia lacus laoreet lectus leo libero ligula litora lobortis lorem luctus
  maecenas magna magnis malesuada massa mattis mauris metus mi molestie mollis montes morbi mus nam nascetur natoque nec neque
  netus nibh nisi nisl non nonummy nostra nulla nullam nunc odio orci ornare parturient pede pellentesque penatibus per
  pharetra phasellus placerat platea porta porttitor posuere potenti praesent pretium primis proin pulvinar purus quam quis
  quisque rhoncus ridiculus risus rutrum sagittis sapien scelerisque sed sem semper senectus sit sociis sociosqu sodales
  sollicitudin suscipit suspendisse taciti tellus tempor tempus tincidunt torquent tortor tristique turpis ullamcorper ultrices
  ultricies urna ut varius vehicula vel velit venenatis vestibulum vitae vivamus viverra volutpat vulputate`.split(
    /\s+/,
  )

const between = (low: number, high: number): number => low + Math.floor(Math.random() * Math.max(1, high - low))

/** `lipsum()`: paragraphs of random words, as HTML (Markup) or text. */
export function lipsum(paragraphs: number, html: boolean, min: number, max: number): string | Markup {
  // A word has some six letters.
  checkTextLength(paragraphs * Math.max(min, max, 1) * 6)
  const made: string[] = []
  for (let n = 0; n < paragraphs; n++) {
    const count = between(min, max)
    const words: string[] = []
    let sentence = true
    let untilComma = between(3, 8)
    let untilStop = between(10, 20)
    for (let i = 0; i < count; i++) {
      const word = WORDS[between(0, WORDS.length)]!
      let written = sentence ? word.charAt(0).toUpperCase() + word.slice(1) : word
      sentence = false
      if (--untilStop <= 0) {
        written += '.'
        sentence = true
        untilStop = between(10, 20)
      } else if (--untilComma <= 0) {
        written += ','
        untilComma = between(3, 8)
      }
      words.push(written)
    }
    const text = words.join(' ').replace(/[,.]$/, '')
    made.push(`${text}.`)
  }
  if (!html) return made.join('\n\n')
  return new Markup(made.map((text) => `<p>${text}</p>`).join('\n'))
}
