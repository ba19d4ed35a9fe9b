import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'

export type Recipe = Schemas['Recipe']
export type RecipeInput = Schemas['RecipeInput']
export type Suggestion = Schemas['RecipeSuggestion']
export type Summary = Schemas['RecipeSummary']
export type Answers = Schemas['RecipeAnswers']

/** All recipes; they come with the program and never change. */
export const recipeListQuery = queryOptions({
  queryKey: ['recipes', 'list'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => answer(client.GET('/api/v1/recipes', { signal })),
})

/**
 * What fits what inboxes receive, or one of them, the best first. It belongs to the rules,
 * as what they do already is not suggested again. seen is what came in, as far as it is known.
 */
export const suggestionsQuery = (inbox = '', seen = '') =>
  queryOptions({
    queryKey: ['rules', 'suggestions', inbox, seen],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/recipe-suggestions', { params: { query: inbox ? { inbox, limit: 3 } : {} }, signal })),
  })

export const recipeQuery = (name: string) =>
  queryOptions({
    queryKey: ['recipes', 'one', name],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/recipes/{id}', { params: { path: { id: name } }, signal })),
  })

/** What would be made of answers; nothing is made. What was shown stays until the next is there. */
export const previewQuery = (name: string, answers: Answers) =>
  queryOptions({
    queryKey: ['recipes', 'preview', name, answers],
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.POST('/api/v1/recipes/{id}/preview', { params: { path: { id: name } }, body: answers, signal })),
  })

/** A rule that was made of a recipe. */
export const madeQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', 'made', id],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/rules/{id}', { params: { path: { id } }, signal })),
  })

/** Makes everything of a recipe, or nothing. */
export function useImport(name: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (answers: Answers) =>
      answer(client.POST('/api/v1/recipes/{id}/import', { params: { path: { id: name } }, body: answers })),
    onSettled: () =>
      Promise.all(['inboxes', 'connections', 'rules'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  })
}
